"""What every environment shares. Values that differ live in development, test and production."""

from pathlib import Path
from typing import Any

import redis
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import env, programs

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = Path(env.text("MADAR_STATE", str(BASE_DIR / ".madar")))

DEBUG = False
ROOT_URLCONF = "crm_project.urls"
WSGI_APPLICATION = "crm_project.wsgi.application"
ASGI_APPLICATION = "crm_project.asgi.application"

APPS = [
    "accounts",
    "exchange",
    "customers",
    "messaging",
    "inventory",
    "orders",
    "inspections",
    "leads",
    "reports",
    "operations",
]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "procrastinate.contrib.django",
    "dbbackup",
    "crm_project.kit",
    *APPS,
]

MIDDLEWARE = [
    "operations.middleware.MeasuredMiddleware",
    "crm_project.kit.middleware.ClientAddressMiddleware",
    "crm_project.kit.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "crm_project.kit.compression.CompressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "crm_project.kit.middleware.KnownHostMiddleware",
    "crm_project.kit.middleware.BadTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "accounts.middleware.SessionGuardMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "crm_project.kit.kept_toasts.KeptToastMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm_project.kit.middleware.NoStoreMiddleware",
    "crm_project.kit.middleware.BusinessErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm_project.kit.context.shell",
            ],
        },
    }
]

# Data
DATABASE = env.database()
PATIENCE = "-c statement_timeout=15000 -c lock_timeout=5000"  # ms
# For fifty rows the planner would walk a whole table by its key when its figures are a day old
PLANS = "-c enable_mergejoin=off"
DATABASES = {
    "default": {
        **DATABASE,
        "CONN_MAX_AGE": 300,  # seconds; threads are long-lived
        "CONN_HEALTH_CHECKS": True,  # survives a restart of the database
        # What the URL asks for, such as sslmode, stays; its own `options` come after ours
        "OPTIONS": {
            **DATABASE.get("OPTIONS", {}),
            "options": f"{PATIENCE} {PLANS} {DATABASE.get('OPTIONS', {}).get('options', '')}".strip(),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", "")
REDIS_AGAIN = {"retry_on_error": [redis.exceptions.ConnectionError]}  # it was started anew
REDIS_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}  # seconds; it is optional
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL or "madar",
        "OPTIONS": REDIS_PATIENCE if REDIS_URL else {},
    },
    # Parts of the page that are alike for all people of a role and language: kept in each process.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
    },
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "crm_project.kit.redis_layer.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, **REDIS_PATIENCE, **REDIS_AGAIN}]},
    }
    if REDIS_URL
    else {"BACKEND": "crm_project.kit.pg_layer.PostgresChannelLayer"}
}
PROCRASTINATE_ON_APP_READY = "crm_project.kit.jobs.on_app_ready"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.validators.MinimumLengthValidator"},
    {"NAME": "accounts.validators.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name", "name_en")},
    },
    {"NAME": "accounts.validators.ProductWordsValidator"},
]
MFA_REQUIRED_ROLES = env.words("MFA_REQUIRED_ROLES", "company_manager,branch_manager,supervisor")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds, absolute
SESSION_IDLE_SECONDS = 30 * 60
SECRET_KEY = env.text("SECRET_KEY")
FIELD_KEYS = env.field_keys("FIELD_KEYS")
JWT_KEYS = env.token_keys("JWT_KEYS")  # kid:secret, the first signs, all verify
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds

# Languages and time
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["crm_project.formats"]

# Files
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site reads our files (SECURITY.md WB-2)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = STATE_DIR / "media"
MEDIA_URL = "media/"
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_SCANNER = env.scanner("UPLOAD_SCANNER", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # bytes; a webhook body is at most 3 MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The browser
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", ",")  # networks whose X-Forwarded-For counts
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "crm_project.kit.errors_pages.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # figures are passed to CSS as custom properties
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# The outside world
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:" + env.text("PORT", "8000"))
EMAIL_URL = env.text("EMAIL_URL", "consolemail://")
vars().update(env.email(EMAIL_URL))
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs must not hold a worker's thread
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Madar <madar@localhost>")
IMAP_URL = env.text("IMAP_URL", "")
RAW_SIGNAL_DAYS = env.number("RAW_SIGNAL_DAYS", 30)  # then their bodies are removed; 0: never
MESSAGE_FILES_DAYS = env.number("MESSAGE_FILES_DAYS", 730)  # then their bytes are removed; 0: never
WHATSAPP_VERIFY_TOKEN = env.text("WHATSAPP_VERIFY_TOKEN", "")
WHATSAPP_APP_SECRET = env.text("WHATSAPP_APP_SECRET", "")  # unset: every webhook is refused
WHATSAPP_ACCESS_TOKEN = env.text("WHATSAPP_ACCESS_TOKEN", "")
WHATSAPP_BASE_URL = env.text("WHATSAPP_BASE_URL", "https://graph.facebook.com/v23.0")
OPENAI_API_KEY = env.text("OPENAI_API_KEY", "")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL", "")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-5-mini")
FETCH_ALLOW_HTTP_HOSTS: list[str] = []

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.IntegratorKeyAuthentication",
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["crm_project.kit.api.permissions.DeclaredPermission"],
    "DEFAULT_PAGINATION_CLASS": "crm_project.kit.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "crm_project.kit.api.schema.MadarSchema",
    "DEFAULT_THROTTLE_CLASSES": ["crm_project.kit.api.throttling.CallerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min", "anon": "60/min"},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm_project.kit.api.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "crm_project.kit.api.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
SPECTACULAR_SETTINGS = {
    "TITLE": "Madar API",
    "DESCRIPTION": "Customers, leads and messages of one company. JWT or an integrator key.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "DEFAULT_GENERATOR_CLASS": "crm_project.kit.api.generator.ExampleGenerator",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "ContactPointKindEnum": "customers.models.points.ContactPoint.Kind",
        "CustomerKindEnum": "customers.models.customers.Customer.Kind",
        "CustomerStatusEnum": "customers.models.customers.Customer.Status",
        "LanguageEnum": "crm_project.settings.base.LANGUAGES",
        "LeadStatusEnum": "leads.models.leads.Lead.Status",
        "OrderStatusEnum": "orders.models.orders.OrderStatus",
        "OrderChannelEnum": "orders.models.orders.Order.Channel",
        "ShipmentStatusEnum": "orders.models.fulfilment.Shipment.Status",
        "InspectionStatusEnum": "inspections.models.visits.Inspection.Status",
        "PaymentMethodEnum": "orders.models.payments.Payment.Method",
        "ProductKindEnum": "inventory.models.catalogue.Product.Kind",
        "StockCountStatusEnum": "inventory.models.documents.StockCount.Status",
        "ImportStatusEnum": "exchange.models.batches.Batch.Status",
        "RoutingMethodEnum": "leads.models.routing.RoutingRule.Method",
        "LeadChannelEnum": "messaging.models.channels.ChannelKind",
        "MessageStatusEnum": "messaging.models.conversations.Message.Status",
        "SignalStatusEnum": "messaging.models.signals.Signal.Status",
        "CustomFieldKindEnum": "customers.models.fields.CustomField.Kind",
        "ChecklistItemKindEnum": "inspections.models.checklists.ChecklistItem.Kind",
        "WrittenChannelEnum": "messaging.forms.channels.KIND_LABELS",
    },
}

# Uploads and backups are for the owner alone; static files are collected by root in the image and
# served by a user without rights
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
    "dbbackup": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "backups", "file_permissions_mode": 0o600},
    },
}

BACKUP_GPG_KEY = env.words("BACKUP_GPG_KEY", ",")  # files, each with one public key
BACKUP_MAY_BE_PLAIN = False
DBBACKUP_CONNECTOR_MAPPING = {
    "crm_project.kit.postgresql": "dbbackup.db.postgresql.PgDumpBinaryConnector"
}
DBBACKUP_CONNECTORS = {
    "default": {
        "DUMP_CMD": programs.postgres("pg_dump"),
        "RESTORE_CMD": programs.postgres("pg_restore"),
        # A restored database belongs to who restores it, whatever that role is called
        "RESTORE_SUFFIX": "--no-owner --no-privileges",
    }
}

LOGGING_CONFIG = "crm_project.kit.logs.configure"
LOGGING: dict[str, object] = {"level": env.text("LOG_LEVEL", "INFO")}

# Jobs: recovery within five seconds of a killed worker (docs/decisions/0003)
WORKER_HEARTBEAT_SECONDS = 1
WORKER_STALLED_SECONDS = 20  # only for what kills no connection (power cut); see kit.worker
INTAKE_BATCH = 100  # signals drained in one transaction

# Operations: how the installation watches itself
PULSE_SECONDS = 5  # between writes of what a web process measured
ARE_BACKUPS_EXPECTED = False  # from the start; elsewhere they are watched from the first one on
