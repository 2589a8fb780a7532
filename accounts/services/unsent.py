"""A mail that no try could send needs a person: another way to tell, or a look at the mail server."""

from django.utils import timezone

from accounts.models import User
from accounts.roles import RoleCode

from .notifications import Notice, notify_many

KIND = "mail.unsent"
MOST_TOLD = 20


def tell_unsent(person: User, *, problem: str) -> None:
    """Tell the company's managers, once a day for each person whose mail stayed behind (DL-3)."""
    managers = User.objects.staff().filter(role__code=RoleCode.COMPANY_MANAGER).order_by("pk")
    notify_many(
        Notice(
            user=manager,
            kind=KIND,
            subject=person.email,
            detail=problem[:300],
            url=person.get_absolute_url(),
            key=f"{KIND}:{person.pk}:{timezone.now():%Y-%m-%d}",
        )
        for manager in managers[:MOST_TOLD]
    )
