from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from records import showcase

urlpatterns: list[URLPattern | URLResolver] = []

if not settings.PRODUCTION:
    urlpatterns += [
        path("components/", showcase.showcase, name="components"),
        path("components/progress/", showcase.progress, name="components-progress"),
        *showcase.Try.urls("components/questions/"),
    ]
