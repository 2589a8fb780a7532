"""Forgetting files that somebody has removed (SECURITY.md DP-5)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.services import Reason, record
from customers.models import Attachment

KEEP_REMOVED = timedelta(days=30)  # time to bring a file back
AT_ONCE = 200  # files of one sweep


def forget_removed_files() -> int:
    """Delete files that were removed long ago, from disk too. Returns how many went."""
    due = Attachment.objects.filter(removed_at__lt=timezone.now() - KEEP_REMOVED)
    return sum(_forget(pk) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _forget(pk: int) -> bool:
    """Delete one file; where the last part fails, the next sweep does it again."""
    locked = Attachment.objects.select_for_update(skip_locked=True, of=("self",))
    due = locked.filter(removed_at__lt=timezone.now() - KEEP_REMOVED)
    attachment = due.select_related("customer").filter(pk=pk).first()
    if attachment is None:
        return False
    attachment.file.delete(save=False)
    attachment.delete()
    changes = {"file": [attachment.name, None]}
    reason = Reason(rule="retention", version="1", evidence=(f"{KEEP_REMOVED.days} days",))
    record(None, "customer.file_forgotten", attachment.customer, changes=changes, reason=reason)
    return True
