"""The test suite: real PostgreSQL and Redis, quick passwords, nothing leaves the machine."""

import os
import secrets
from base64 import urlsafe_b64encode

for _name, _value in {
    "SECRET_KEY": secrets.token_urlsafe(40),
    "FIELD_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "JWT_KEYS": "test:" + secrets.token_urlsafe(40),
    "WHATSAPP_VERIFY_TOKEN": "verify-me",
    "WHATSAPP_APP_SECRET": "app-secret-of-the-tests",
}.items():
    os.environ.setdefault(_name, _value)

from crm_project.launcher import testing  # noqa: E402

testing.provide()  # a bare `pytest` gets its database and Redis too

from .base import *  # noqa: E402, F403
from .base import CACHES, CHANNEL_LAYERS, REDIS_URL, STORAGES  # noqa: E402

# Each process of a parallel run clears its own cache, hears its own messages, cuts its own lines.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if REDIS_URL:
    _OWN = {"LOCATION": f"{REDIS_URL.removesuffix('/0')}/{_PROCESS}"}
    CACHES = {**CACHES, "default": {**CACHES["default"], **_OWN}}
    _LAYER = CHANNEL_LAYERS["default"]
    _HOST = {**_LAYER["CONFIG"]["hosts"][0], "client_name": f"live-{_PROCESS}"}
    _OWN_LAYER = {"hosts": [_HOST], "prefix": f"asgi-{_PROCESS}"}
    CHANNEL_LAYERS = {"default": {**_LAYER, "CONFIG": _OWN_LAYER}}

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MFA_REQUIRED_ROLES = []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_URL = "memorymail://"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
FETCH_ALLOW_HTTP_HOSTS = ["127.0.0.1"]
PULSE_SECONDS = 0  # no thread that writes beside a test; tests call what it would do
