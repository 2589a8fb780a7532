"""Development and the demo: the launcher supplies the secrets and the embedded database."""

from .base import *  # noqa: F403
from .base import STORAGES, env

DEBUG = env.flag("DEBUG", True)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.localhost,testserver")
MFA_REQUIRED_ROLES = env.words("MFA_REQUIRED_ROLES", ",")
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
