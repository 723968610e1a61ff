"""Headers that every answer carries, whoever made it: a page, a file, a redirect, a refusal.

Those that Django and django-csp set by themselves (HSTS, Content-Security-Policy, Referrer-Policy, nosniff,
Cross-Origin-Opener-Policy, X-Frame-Options) are in config/settings.py. tests/security/test_headers.py reads them all.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

#: What the product never asks a browser for. Passkeys are asked for, on our own pages only.
REFUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(
    [f"{name}=()" for name in REFUSED] + ["publickey-credentials-get=(self)", "publickey-credentials-create=(self)"]
)


class Headers:
    """Outermost: keeps pages out of every cache and out of other sites, and empties the browser at sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            # Set, not left to the view: what a view forgets is a case on a shared computer.
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        policy = response.headers.get("Content-Security-Policy", "")
        if policy and "frame-ancestors" not in policy:  # a file's own, stricter policy
            response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
