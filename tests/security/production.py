"""What a production start would set, asked of a real one, so that a test can put it on for one request."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from typing import Any

NAMES = [
    "DEBUG",
    "MFA_REQUIRED",
    "DEVICE_COOKIE_NAME",
    "SESSION_IDLE_SECONDS",
    "SESSION_ABSOLUTE_SECONDS",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SAMESITE",
    "CSRF_COOKIE_DOMAIN",
    "CSRF_COOKIE_PATH",
    "SECURE_SSL_REDIRECT",
    "SECURE_REDIRECT_EXEMPT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_PROXY_SSL_HEADER",
    "TRUSTED_PROXIES",
    "ALLAUTH_TRUSTED_PROXY_COUNT",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    "RATELIMIT_ENABLE",
]


@lru_cache
def values(**more: str) -> dict[str, Any]:
    """The named settings of a production start whose environment holds what it must and `more`."""
    environment = os.environ | {
        "ENVIRONMENT": "production", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "x.example",
        "EMAIL_URL": "smtp://m:25", "SITE_URL": "https://x.example", "DJANGO_SETTINGS_MODULE": "config.settings", **more,
    }  # fmt: skip
    for name in {
        "SESSION_IDLE_SECONDS",
        "SESSION_ABSOLUTE_SECONDS",
        "MFA_REQUIRED",
        "TRUSTED_PROXIES",
        "RATE_LIMITS",
        "SSL_REDIRECT",
        "HSTS_SECONDS",
    } - set(more):
        environment.pop(name, None)
    code = (
        "import json; from django.conf import settings as s; print(json.dumps({n: getattr(s, n, None) for n in NAMES}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", f"NAMES = {NAMES!r}\n{code}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(json.loads(said))


def put_on(settings: Any) -> None:
    """Let the test's own requests be answered as in production."""
    for name, value in values().items():
        if value is not None:
            setattr(settings, name, tuple(value) if name == "SECURE_PROXY_SSL_HEADER" else value)
