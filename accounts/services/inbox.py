"""A person's own notifications: read, and chosen by kind."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, NotificationPreference, User
from accounts.models.notifications import NotificationQuerySet
from accounts.words import notice_label, notices
from crm_project.kit.live import tell, user_group


def mark_read(user: User, ids: Iterable[int]) -> int:
    """Mark some of the own lines read; return how many were new."""
    return _mark(user, Notification.objects.visible_to(user).filter(pk__in=list(ids)))


def mark_all_read(user: User) -> int:
    """Mark every own line read; return how many were new."""
    return _mark(user, Notification.objects.visible_to(user))


@transaction.atomic
def _mark(user: User, rows: NotificationQuerySet) -> int:
    changed = rows.unread().update(read_at=timezone.now())
    if changed:
        tell(user_group(user.pk), "notifications-changed")
    return changed


@dataclass(frozen=True)
class Preference:
    """How a person hears of one kind."""

    kind: str
    label: str
    is_in_app: bool
    is_by_email: bool


def preferences_of(user: User) -> list[Preference]:
    """Return every known kind with the person's choice; unchosen ones are in the app only."""
    chosen = {row.kind: row for row in user.notification_preferences.all()}
    return [
        Preference(
            kind,
            notice_label(kind),
            chosen[kind].is_in_app if kind in chosen else True,
            chosen[kind].is_by_email if kind in chosen else False,
        )
        for kind in sorted({*notices(), *chosen})
    ]


@transaction.atomic
def set_preferences(user: User, *, in_app: Set[str], by_email: Set[str]) -> None:
    """Keep the person's choice for every known kind."""
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(
                user=user,
                kind=known.kind,
                is_in_app=known.kind in in_app,
                is_by_email=known.kind in by_email,
            )
            for known in preferences_of(user)
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["is_in_app", "is_by_email"],
    )
