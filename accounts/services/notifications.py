"""Telling people inside the product, live."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Notification, NotificationPreference, User
from crm_project.kit.live import tell, user_group


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to tell one person; `key` makes the same cause tell only once."""

    user: User
    kind: str
    subject: str
    url: str
    key: str
    detail: str = ""


def notify(notice: Notice) -> None:
    """Put one line in the person's drawer and refresh the badge, unless the kind is switched off."""
    notify_many([notice])


def notify_many(notices: Iterable[Notice]) -> None:
    """Put several lines in drawers: one insert, one refresh a person; repeated causes are ignored."""
    wanted = list(notices)
    if not wanted:
        return
    off = set(
        NotificationPreference.objects.filter(
            is_in_app=False, user__in={notice.user for notice in wanted}
        ).values_list("user_id", "kind")
    )
    rows = [
        Notification(
            user=notice.user,
            kind=notice.kind,
            subject=notice.subject[:200],
            detail=notice.detail[:300],
            url=notice.url,
            key=notice.key,
        )
        for notice in wanted
        if (notice.user.pk, notice.kind) not in off
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for user_id in {row.user_id for row in rows}:
        tell(user_group(user_id), "notifications-changed")
