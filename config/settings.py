"""Every setting, in one file. Each environment variable is read once, here, and listed in .env.example.

What administrators change while it runs (bands, policies, rules, thresholds) lives in models, audited.
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from psycopg.conninfo import conninfo_to_dict

from config.administration import administration_settings
from config.logging import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

# --- Where we are ------------------------------------------------------------------------------
DEVELOPMENT = env.bool("WARDROOM_DEVELOPMENT", default=False)
PRODUCTION = not DEVELOPMENT
DEBUG = env.bool("WARDROOM_DEBUG", default=False)
SECRET_KEY = env.str("WARDROOM_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "WARDROOM_SECRET_KEY is not set. `make run` makes one; otherwise set 50 random characters."
    )
# Full origins: scheme, host and port. The socket checks them, and so does CSRF.
ORIGINS = env.list("WARDROOM_ORIGINS", default=["http://localhost:8000", "http://127.0.0.1:8000"])
ALLOWED_HOSTS = sorted({urlsplit(origin).hostname or "" for origin in ORIGINS})
CSRF_TRUSTED_ORIGINS = ORIGINS
DATA_DIR = Path(env.str("WARDROOM_DATA", default=str(BASE_DIR / ".wardroom")))
# What was deleted, hidden, revoked or closed, as marks without text: so that no backup brings it back.
ERASURE_LEDGER = Path(env.str("WARDROOM_ERASURES", default=str(DATA_DIR / "erasures.ledger")))
SITE_NAME = env.str("WARDROOM_SITE_NAME", default="Wardroom")
# "Leave now" goes to a page of our own that says nothing of where one was, unless a site names another.
LEAVE_URL = env.str("WARDROOM_LEAVE_URL", default="")

# --- Apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_linear_migrations",
    "django_htmx",
    "csp",
    "ninja",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "accounts",
    "rooms",
    "moderation",
    "operations",
]
MIDDLEWARE = [
    "operations.middleware.MonitoringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.StandingMiddleware",
    "config.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.pages.site",
                "moderation.views.shell.waiting",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- PostgreSQL --------------------------------------------------------------------------------
# Threads that run database work for the sockets of one process; the pool holds a connection for each,
# and some for pages. Processes x pool must stay below the server's max_connections (100 by default).
DATABASE_THREADS = env.int("WARDROOM_DATABASE_THREADS", default=8)
DATABASE_POOL = env.int("WARDROOM_DATABASE_POOL", default=DATABASE_THREADS + 8)


def _database(url: str) -> dict[str, Any]:
    """Django's dictionary for a libpq URL, unix sockets (`?host=/folder`) included."""
    parts = conninfo_to_dict(url)
    named = {key: parts.pop(key, "") for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"],
        "USER": named["user"],
        "PASSWORD": named["password"],
        "HOST": named["host"],
        "PORT": named["port"],
        "CONN_MAX_AGE": 0,
        # What broke while it lay in the pool (PostgreSQL was started anew, a restore) is replaced unseen.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}},
    }


DATABASE_URL = env.str("DATABASE_URL", default="postgresql:///wardroom")
# Migrations run as the owner of the tables; the application as a role that cannot rewrite the audit log.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default=DATABASE_URL)
_AS_OWNER = len(sys.argv) > 1 and sys.argv[1] in {"migrate", "test", "backup", "restore", "search_language"}
DATABASES = {"default": _database(DATABASE_OWNER_URL if _AS_OWNER else DATABASE_URL)}

# --- Redis, channel layer, Celery --------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "wardroom",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 gives up an idle read after 5 s and its default pool refuses a join storm.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 1024}],
            "prefix": "wardroom",
        },
    }
}


def _broker(url: str) -> str:
    """A redis-py URL as Celery writes it: unix sockets have another scheme there."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = dict(part.split("=", 1) for part in query.split("&") if "=" in part).get("db", "0")
    return f"redis+socket://{path}?virtual_host={number}"


CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=_broker(REDIS_URL))
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 30}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.StrengthValidator", "OPTIONS": {"least_score": 3}},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("rooms:home")
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
# Codes, not links: they work in the browser that asked, on whichever device the mail is read.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of a new password or address, to the owner
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the browser that changed it; accounts/receivers.py ends the rest
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before another address; our own views ask by themselves
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Counted by address and by account, in Redis. A class behind one address can still sign up in one lesson.
ACCOUNT_RATE_LIMITS = {"signup": "40/h/ip", "login_failed": "20/m/ip,5/5m/key"}
# How many proxies of ours stand before us: the address is taken from that place of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("WARDROOM_TRUSTED_PROXIES", default=0)
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}" if DEVELOPMENT else "smtp://localhost:25"
)
vars().update(EMAIL_CONFIG)
# How often those are looked for whose digest is due; each comes at its own hour.
DIGESTS_EVERY_S = env.float("WARDROOM_DIGESTS_EVERY_S", default=60)
DEFAULT_FROM_EMAIL = env.str("WARDROOM_FROM_EMAIL", default="Wardroom <wardroom@localhost>")

# --- Tools --------------------------------------------------------------------------------------
# How often one access token may ask the JSON interface.
API_RATE = env.str("WARDROOM_API_RATE", default="600/minute")
# Whether webhooks may go to this machine, to private networks, and without TLS.
WEBHOOKS_PRIVATE_ALLOWED = env.bool("WARDROOM_WEBHOOKS_PRIVATE", default=DEVELOPMENT)

# --- Rooms and judgement -----------------------------------------------------------------------
# Who implements rooms.seams.Gate. Production refuses to start with the open gate (rooms/checks.py).
ROOMS_GATE = "moderation.gate.ModerationGate"
# Asked before somebody is called something: others read it beside every message.
NAME_JUDGE = "rooms.gates.may_be_shown"
MESSAGE_MAX_LENGTH = 4000
HEARTBEAT_S = 15
# A process that is asked to stop lets its sockets go over this time; first it only says that it is not ready.
DRAIN_S = env.float("WARDROOM_DRAIN_S", default=0)
# Who judges: "onnx", or "detoxify" for the reference in torch; and the model's folder.
CLASSIFIER = env.str("WARDROOM_CLASSIFIER", default="onnx")
CLASSIFIER_MODEL = env.str(
    "WARDROOM_MODEL_PATH", default=str(BASE_DIR / "moderation" / "classifiers" / "models" / "wardroom-en")
)
# Where installed models stand.
MODELS_DIR = Path(env.str("WARDROOM_MODELS", default=str(DATA_DIR / "models")))
# Processor threads of one worker's classifier. Several workers on one each judge more than one on several.
CLASSIFIER_THREADS = env.int("WARDROOM_CLASSIFIER_THREADS", default=1)
# How long it may take over one batch before its worker is ended and started afresh.
CLASSIFIER_TIMEOUT_S = env.float("WARDROOM_CLASSIFIER_TIMEOUT_S", default=20)

# --- Who watches it ----------------------------------------------------------------------------
# /metrics is not there for anybody until one of these is set: a token, or networks that reach us directly.
METRICS_TOKEN = env.str("WARDROOM_METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("WARDROOM_METRICS_NETWORKS", default=[])
# Where a worker answers Prometheus, to whoever reaches it: an address and a port. Nowhere where empty.
WORKER_METRICS = env.str("WARDROOM_WORKER_METRICS", default="")

# --- Pages -------------------------------------------------------------------------------------
# For whom no other is known; and in which search finds other forms of words (manage.py search_language).
LANGUAGE_CODE = env.str("WARDROOM_LANGUAGE", default="en")
# Each but English has a whole catalogue under locale/. Named in themselves, for who reads them.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = PRODUCTION
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = DEVELOPMENT
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
UNFOLD = administration_settings(SITE_NAME)

# --- Security ----------------------------------------------------------------------------------
_SOCKET_ORIGINS = [origin.replace("http", "ws", 1) for origin in ORIGINS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *_SOCKET_ORIGINS],
        "manifest-src": [SELF],
        # Browsers check a form's redirects too: "leave now" may end on the page that the site named.
        "form-action": [SELF, LEAVE_URL] if LEAVE_URL else [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# The proxy that ends TLS must set, and strip from clients, this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None

# The name is unique by a constraint on lower(name), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

LOGGING = logging_settings(production=PRODUCTION, level=env.str("WARDROOM_LOG_LEVEL", default="INFO"))
