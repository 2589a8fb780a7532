"""Refusals about customers, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class CustomerChangedMeanwhile(BusinessError):
    """Somebody else saved the customer first."""

    code = "edit_conflict"
    message = _("Somebody changed this customer while you were editing. Reload to see it, then save again.")
