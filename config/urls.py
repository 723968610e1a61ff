"""Every address of the product. A guard test walks this and fails for a page that is neither protected nor listed."""

from django.urls import include, path

from config import errors, reporting

urlpatterns = [
    path("health/", errors.health, name="health"),
    path(".well-known/security.txt", reporting.security_txt, name="security-txt"),
    path("account/", include("allauth.urls")),
    path("", include("records.urls")),
    path("", include("accounts.urls")),
    path("", include("incidents.urls")),
    path("", include("remediation.urls")),
    path("", include("governance.urls")),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
