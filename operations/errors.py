"""What operations refuse, in a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class JobIsNotFailed(BusinessError):
    """Somebody else has dealt with the job meanwhile."""

    code = "job_is_not_failed"
    message = _("This job is not among the failed ones any more.")
