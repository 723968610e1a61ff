"""Every address of the product. A guard test walks this and fails for a page that is neither protected nor listed."""

from django.urls import include, path

from accounts import sign_on_token
from accounts.views.sign_ins import sign_ins
from config import errors, reporting

NOT_OURS = ("email/", "confirm-email/", "confirm-email/<path:key>", "signup/passkey/", "login/code/confirm/")

urlpatterns = [
    path("health/", errors.health, name="health"),
    path(".well-known/security.txt", reporting.security_txt, name="security-txt"),
    # Ours before allauth's of the same name, each stricter: what the sign-on answers; ending sign-ins.
    path("account/oidc/<str:provider_id>/login/callback/", sign_on_token.callback, name="openid_connect_callback"),
    path("account/sessions/", sign_ins, name="usersessions_list"),
    # The address somebody signs in with is their manager's to give and change (it stands in the history of the
    # sign-in): allauth's own pages for adding and confirming addresses are not there.
    *(path(f"account/{page}", errors.not_here) for page in NOT_OURS),
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
