from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from records import showcase

urlpatterns: list[URLPattern | URLResolver] = []

if not settings.PRODUCTION:
    urlpatterns.append(path("components/", showcase.showcase, name="components"))
