"""Development and the demo: the launcher supplies the secrets and the embedded database."""

from .base import *  # noqa: F403
from .base import MIDDLEWARE, STORAGES, env

DEBUG = env.flag("DEBUG", True)
if not env.flag("DEBUG", False):  # nobody asked for Django's pages about errors, with our insides
    DEFAULT_EXCEPTION_REPORTER = "crm_project.kit.plain_errors.Unexplained"
    _plain = "crm_project.kit.plain_errors."
    _place = MIDDLEWARE.index("csp.middleware.CSPMiddleware")
    _instead = [f"{_plain}PolicyMiddleware", f"{_plain}PlainErrorMiddleware"]
    MIDDLEWARE = [*MIDDLEWARE[:_place], *_instead, *MIDDLEWARE[_place + 1 :]]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.localhost,testserver")
MFA_REQUIRED_ROLES = env.words("MFA_REQUIRED_ROLES", ",")
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
BACKUP_MAY_BE_PLAIN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
