"""Every setting comes from the environment; this is the only file that reads it.

ENVIRONMENT unset means a developer's own machine: insecure defaults are used and said aloud at start.
ENVIRONMENT=production refuses to start while anything it needs is missing, and names what is missing.
Each variable is described in docs/operating.md (a test compares the two).
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import dj_database_url
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


ENVIRONMENT = env("ENVIRONMENT")
if ENVIRONMENT not in {"", "production"}:
    # "Production" or "prod" must not come up with a developer's insecure defaults.
    raise ImproperlyConfigured(
        f"ENVIRONMENT={ENVIRONMENT} is not known: set it to production, or leave it out on a developer's own machine."
    )
PRODUCTION = ENVIRONMENT == "production"
DEBUG = flag("DEBUG")

if PRODUCTION:
    missing = [
        name
        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL")
        if not env(name)
    ]
    # Without it the migrate job would make every table the app role's own (config/own_role.py).
    missing += ["DATABASE_OWNER_URL"] if flag("AS_OWNER") and not env("DATABASE_OWNER_URL") else []
    if missing:
        raise ImproperlyConfigured(
            "This production start is refused. Set these environment variables first: " + ", ".join(missing) + "."
        )

SECRET_KEY = env("SECRET_KEY", "only-for-a-developers-own-machine-" + "0" * 32)
ALLOWED_HOSTS = [h for h in env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
SITE_URL = env("SITE_URL", "http://localhost:" + env("PORT", "8000")).rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Where things are kept -------------------------------------------------------------------------
VAR_DIR = Path(env("VAR_DIR") or BASE_DIR / "var")
DATABASE_URL = env("DATABASE_URL")
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL")
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = env("CELERY_BROKER_URL") or REDIS_URL
EMBEDDED_DATABASE = not DATABASE_URL
if not DATABASE_URL or not REDIS_URL:
    from config import embedded

    _embedded = embedded.addresses()
    if not DATABASE_URL:
        DATABASE_URL = _embedded["DATABASE_URL"]
        DATABASE_OWNER_URL = _embedded["DATABASE_OWNER_URL"]
    if not REDIS_URL:
        REDIS_URL = _embedded["REDIS_URL"]
        CELERY_BROKER_URL = _embedded["CELERY_BROKER_URL"]

#: The application's own role owns no table; migrations run as the owner (AS_OWNER=1, set by manage.py migrate).
AS_OWNER = flag("AS_OWNER")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        (DATABASE_OWNER_URL or DATABASE_URL) if AS_OWNER else DATABASE_URL,
        conn_max_age=60,
        conn_health_checks=True,
    )
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["TEST"] = {"NAME": env("TEST_DATABASE_NAME") or "test_safe_to_practise"}
#: Name of the role that gets rights on the tables but owns none.
DATABASE_APP_ROLE = dj_database_url.parse(DATABASE_URL)["USER"] or ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

MEDIA_ROOT = Path(env("MEDIA_ROOT", str(VAR_DIR / "files")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if env("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("S3_BUCKET"),
            "endpoint_url": env("S3_ENDPOINT_URL") or None,
            "access_key": env("S3_ACCESS_KEY") or None,
            "secret_key": env("S3_SECRET_KEY") or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
#: The second place of the ledger's checkpoints; the first is the file store above (docs/operating.md).
STORAGES["checkpoints"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": env("CHECKPOINT_DIR", str(VAR_DIR / "second-place")), "base_url": None},
}
if env("CHECKPOINT_S3_BUCKET"):
    STORAGES["checkpoints"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("CHECKPOINT_S3_BUCKET"),
            "endpoint_url": env("CHECKPOINT_S3_ENDPOINT_URL") or env("S3_ENDPOINT_URL") or None,
            "access_key": env("CHECKPOINT_S3_ACCESS_KEY") or None,
            "secret_key": env("CHECKPOINT_S3_SECRET_KEY") or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- What is in the house ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.House",
    "records",
    "accounts",
    "incidents",
    "remediation",
    "governance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "simple_history",
    "django_htmx",
    "csp",
    "django_structlog",
]
MIDDLEWARE = [
    # The first three see every answer: static files, redirects and refusals of those below included.
    "config.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.timeouts.TimeOut",
    "accounts.middleware.NewNumber",
    "accounts.devices.KnownDevice",
    "accounts.middleware.SecondFactor",
    "config.throttle.Throttle",
    "records.once.Once",
    "django_htmx.middleware.HtmxMiddleware",
    "config.requests_logged.Requests",
    "records.middleware.Frame",
    "incidents.reading.ReadLog",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["records.templatetags.once"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "records.navigation.context",
                "accounts.timeouts.context",
            ],
        },
    },
]

# --- Who is who --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.AtMost"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotOurWords"},
    {"NAME": "accounts.passwords.NotBreached"},
]
# guardian's backend is left out on purpose: rights are asked through accounts.access only, never by user.has_perm.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None  # guardian: nobody has rights without an account
GUARDIAN_RAISE_403 = False
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(env("REAUTHENTICATION_SECONDS", "300"))
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
#: How long the link that sets a password works, in seconds; it works once, and never signs in.
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Safe to Practise: "
#: allauth's limits on sign-in attempts, and ours on what is costly (config/throttle.py).
RATELIMIT_ENABLE = flag("RATE_LIMITS", True)
#: How many proxies of ours stand in front. Only the last so many parts of X-Forwarded-For are believed, and
#: X-Forwarded-Proto only where there is one: with 0, nothing a visitor sends says who or how they are.
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "1" if PRODUCTION else "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
RATELIMIT_IP_META_KEY = "config.throttle.client_address"
#: For one account, wrong tries are counted a device or network (accounts/devices.py), so the bound for all of them
#: together can be wide.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    {
        "login": "",  # allauth's own bound for an address would hold a whole home by what one person there types
        "login_failed": "20/m/ip,5/300s/key",
        "login_failed_known_device": "5/300s/key",
        "login_failed_elsewhere": "100/h/key",
    }
    if RATELIMIT_ENABLE
    else False
)
#: A sorted file of SHA-1 hashes of stolen passwords (accounts/passwords.py); empty: the 20,000 commonest only.
BREACHED_PASSWORDS = env("BREACHED_PASSWORDS", "")
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SignOnAdapter"
#: New people are made by accounts/single_sign_on.py, or turned away there; never by a sign-up form.
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
#: The organisation's own sign-on (OpenID Connect); empty: none.
OIDC_SERVER_URL = env("OIDC_SERVER_URL", "")
#: Which of its groups gives which of our roles to a person who is new here: {"group": "role code"}.
OIDC_ROLE_MAP: dict[str, str] = json.loads(env("OIDC_ROLE_MAP", "") or "{}")
OIDC_GROUPS_CLAIM = env("OIDC_GROUPS_CLAIM", "groups")
#: The id of the service a new person joins; empty: nobody new is let in, a manager makes their sign-in.
OIDC_HOME_SERVICE = env("OIDC_HOME_SERVICE", "")
#: A sign-on that asked for a second factor itself is asked for none here; its token must say so, by `amr` ("mfa")
#: or by one of these values of `acr` (accounts/sign_on_token.py).
OIDC_SECOND_FACTOR = flag("OIDC_SECOND_FACTOR", False)
OIDC_SECOND_FACTOR_ACR = {value for value in env("OIDC_SECOND_FACTOR_ACR", "").replace(" ", "").split(",") if value}
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "provider_class": "accounts.sign_on_token.SignOn",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [],
    }
}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "organisation",
            "name": env("OIDC_NAME", "your organisation's account"),
            "client_id": env("OIDC_CLIENT_ID", ""),
            "secret": env("OIDC_CLIENT_SECRET", ""),
            "settings": {"server_url": OIDC_SERVER_URL, "email_authentication": True},
        }
    ]
MFA_ADAPTER = "accounts.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
#: Addresses are given by a manager, not claimed by whoever signs up, so none has to be proven before a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Safe to Practise"
#: A code of the app is taken for its own half minute, and once (seconds; OWASP ASVS 5.0 6.5.1, 6.5.5).
MFA_TOTP_PERIOD, MFA_TOTP_TOLERANCE = 30, 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
#: Everybody must have a second factor; on in production, off on a developer's machine unless asked.
MFA_REQUIRED = flag("MFA_REQUIRED", PRODUCTION)
#: Role codes, with commas between, whose holders need none while they hold no other role.
MFA_EXEMPT_ROLES = {code for code in env("MFA_EXEMPT_ROLES", "").replace(" ", "").split(",") if code}

# --- Language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- E-mail --------------------------------------------------------------------------------------------
_mail = urlparse(env("EMAIL_URL", "smtp://127.0.0.1:" + env("MAIL_PORT", "8025")))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", "Safe to Practise <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Background work ------------------------------------------------------------------------------------
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"governance.tasks.make_pack": {"queue": "packs"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_RESULT_BACKEND = None
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    # Every ten minutes; the truth is in the database, so a missed or doubled run changes nothing.
    "chase": {
        "task": "governance.tasks.chase",
        "schedule": timedelta(minutes=float(env("CHASE_EVERY_MINUTES", "10"))),
    },
    # A pack whose task the queue lost is sent again.
    "packs": {
        "task": "governance.tasks.send_lost_packs",
        "schedule": timedelta(minutes=float(env("CHASE_EVERY_MINUTES", "10"))),
    },
    # Files that wait for the virus scanner, where it was away when they came.
    "scan-files": {"task": "incidents.tasks.scan_waiting_files", "schedule": timedelta(minutes=10)},
    # The reads since the last seal get theirs; what is missed one hour is sealed the next.
    "seal-the-reads": {"task": "incidents.tasks.seal_reads", "schedule": timedelta(hours=1)},
    # Whether that check, below, still runs: somebody is told when it does not.
    "watch-the-ledger": {"task": "governance.tasks.watch_ledger", "schedule": timedelta(hours=1)},
    # 02:15 UTC: after the day has ended in England, summer and winter.
    "check-the-ledger": {"task": "governance.tasks.check_ledger", "schedule": crontab(hour="2", minute="15")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Safe by construction --------------------------------------------------------------------------------
#: A browser takes a cookie of these names only over https, for this one host and for all its paths.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
DEVICE_COOKIE_NAME = "__Host-device" if PRODUCTION else "device"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
#: Seconds without a request, and seconds in all, after which a sign-in ends (accounts/timeouts.py).
SESSION_IDLE_SECONDS = int(env("SESSION_IDLE_SECONDS", "900"))
SESSION_ABSOLUTE_SECONDS = int(env("SESSION_ABSOLUTE_SECONDS", "43200"))
#: The session's row outlives the sign-in, which accounts/timeouts.py ends: by it a window that was open over night still
#: knows whose words it holds, and gives them over as that person's draft.
SESSION_COOKIE_AGE = max(7 * 24 * 3600, SESSION_ABSOLUTE_SECONDS)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
#: Notices wait on the server: in a cookie their words would lie in the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(env("HSTS_SECONDS", str(365 * 24 * 3600)))
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
#: Whom to tell of a weakness: `mailto:…` or `https://…`; shown at /.well-known/security.txt, absent when unset.
SECURITY_CONTACT = env("SECURITY_CONTACT")
#: PEM file with the private key and certificate that seal packs; made when first needed on a developer's machine.
PACK_SIGNING_KEY = env("PACK_SIGNING_KEY", str(MEDIA_ROOT.parent / "pack-signing.pem"))
#: Largest evidence file, in bytes (domain default: 25 MB).
EVIDENCE_MAX_BYTES = int(env("EVIDENCE_MAX_MB", "25")) * 1024 * 1024
#: Where clamd listens: unix:/run/clamav/clamd.ctl or tcp:host:3310; empty: files are not checked for viruses.
CLAMD_ADDRESS = env("CLAMD_ADDRESS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Logs: JSON, with request and task id, never with case content -----------------------------------------
LOG_LEVEL = env("LOG_LEVEL", "INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        name: {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False}
        for name in (
            "django_structlog",
            "records",
            "accounts",
            "incidents",
            "remediation",
            "governance",
            "config",
        )
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
