"""The operations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Names the app, and lets dbbackup's own commands encrypt for the keys of our backups."""

    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """Stand before dbbackup and mediabackup; the services need the models, so not earlier."""
        from dbbackup import signals

        from .services.backup_gpg import lend_keys

        signals.pre_backup.connect(lend_keys)
        signals.pre_media_backup.connect(lend_keys)
