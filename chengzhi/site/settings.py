"""The one settings file. Values that differ between machines come from `env`, where each is declared once."""

import os
import secrets
from typing import Any
from urllib.parse import unquote, urlparse

from django.utils.translation import gettext_lazy as _

from chengzhi.site import env

# Before the first import of it: the dictionary of phrases would cost each process 45 MB (see chengzhi/kernel/pinyin.py).
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

ROOT = env.ROOT
VAR = env.VAR
NODE = env.NODE
FOUR_EYES = env.FOUR_EYES
CITY = env.CITY
CITY_NAME = env.CITY_NAME
HOTLINE = env.HOTLINE
PROXIES = env.PROXIES
# How messages reach people: the contexts read this, each provider its own part.
NOTIFICATION: dict[str, Any] = {
    "address": env.ADDRESS.rstrip("/"),
    "seconds": env.SEND_SECONDS,
    "digest_at": env.DIGEST_AT,
    "sms": {"url": env.SMS_URL, "key": env.SMS_KEY, "secret": env.SMS_SECRET},
    "wecom": {"url": env.WECOM_URL.rstrip("/"), "corp": env.WECOM_CORP, "agent": env.WECOM_AGENT, "secret": env.WECOM_SECRET},
    "wecom_robots": env.WECOM_ROBOTS,
    "dingtalk_url": env.DINGTALK_URL.rstrip("/"),
    "dingtalk_robots": env.DINGTALK_ROBOTS,
    "smtp": env.SMTP,
    "mail_from": env.MAIL_FROM,
}
VAR.mkdir(parents=True, exist_ok=True)


def _secret() -> str:
    if env.SECRET:
        return env.SECRET
    kept = VAR / "secret"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(48))
        kept.chmod(0o600)
    return kept.read_text()


def _database() -> dict[str, object]:
    if not env.DATABASE:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "chengzhi.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
                "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=67108864;",
            },
            "TEST": {"NAME": VAR / "test.sqlite3"},
        }
    url = urlparse(env.DATABASE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "CONN_MAX_AGE": None,
        # A service runs in pipeline mode, where server-side cursors are refused; a transaction pool cannot keep them either.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # Solid-state disks: reading by an index is as cheap as reading on, so the index of a list is used; its few rows need no compiling.
        "OPTIONS": {"options": "-c timezone=UTC -c random_page_cost=1.1 -c jit=off"},
    }


SECRET_KEY = _secret()
DEBUG = env.DEBUG
ALLOWED_HOSTS = [host for host in env.HOSTS.split(",") if host]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "chengzhi.kernel",
    "chengzhi.organisation",
    "chengzhi.territory",
    "chengzhi.parties",
    "chengzhi.documents",
    "chengzhi.powers",
    "chengzhi.incidents",
    "chengzhi.hotline",
    "chengzhi.portal",
    "chengzhi.notification",
    "chengzhi.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chengzhi.site.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chengzhi.site.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chengzhi.site.middleware.person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "chengzhi.site.middleware.problems_and_faults",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "chengzhi.site.urls"
WSGI_APPLICATION = "chengzhi.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chengzhi.site.context.frame",
            ]
        },
    }
]
AUTH_USER_MODEL = "organisation.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_CLIENT_IP_CALLABLE = "chengzhi.kernel.doors.address_of"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "chengzhi.organisation.views.locked_out"
CSRF_FAILURE_VIEW = "chengzhi.site.views.form_too_old"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "chengzhi" / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.ZONE

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [path for path in [ROOT / "chengzhi" / "site" / "assets"] if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "chengzhi.site.static_files.OneAddressStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
FILES = VAR / "files"
MEDIA_ROOT = FILES
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.HTTPS
CSRF_COOKIE_SECURE = env.HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if env.HTTPS else 0
SECURE_SSL_REDIRECT = env.HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"chengzhi": {"level": "INFO"}},
}
