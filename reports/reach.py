"""How far a reader's figures reach: the same rows as `visible_to()`, said for SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Branch, User
from accounts.roles import SCOPES, Scope


@dataclass(frozen=True)
class Place:
    """What figures need to know of a branch."""

    pk: int
    name: str
    zone: str
    currency: str

    @property
    def today(self) -> date:
        """The day on the branch's clock."""
        return timezone.now().astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """The first moment of a day on the branch's clock."""
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))


@dataclass(frozen=True)
class Reach:
    """The branches whose rows count, and the people whose rows count (None: all of theirs)."""

    places: tuple[Place, ...]
    owners: tuple[int, ...] | None = None
    scope: Scope = Scope.NONE

    @property
    def branches(self) -> list[int]:
        """Ids of the branches."""
        return [place.pk for place in self.places]

    @property
    def today(self) -> date:
        """The newest day among the branches: what has happened anywhere is in."""
        return max((place.today for place in self.places), default=timezone.now().date())

    def narrowed(self, *, branch: int | None = None, owner: int | None = None) -> "Reach":
        """Return the part of it that lies in one branch, or belongs to one person."""
        places = tuple(place for place in self.places if branch in (None, place.pk))
        if owner is None:
            return Reach(places, self.owners, self.scope)
        is_in = self.owners is None or owner in self.owners
        return Reach(places if is_in else (), (owner,), self.scope)


def reach_of(user: User, codes: Sequence[str]) -> Reach:
    """Return how far all these permissions reach together: the narrowest scope decides. 1 query,
    2 for the scope of a department."""
    scope = min((user.scope_of(code) for code in codes), key=SCOPES.index)
    if scope == Scope.NONE:
        return Reach(())
    rows = Branch.objects.order_by("pk")
    if scope == Scope.BRANCH:  # as ScopedQuerySet: narrower scopes follow the owner anywhere
        rows = rows.filter(pk=user.branch_id or 0)
    places = tuple(
        Place(branch.pk, branch.name, branch.time_zone, branch.currency) for branch in rows
    )
    return Reach(places, _owners(user, scope), scope)


def _owners(user: User, scope: Scope) -> tuple[int, ...] | None:
    if scope in (Scope.COMPANY, Scope.BRANCH):
        return None
    if scope == Scope.DEPARTMENT and user.department_id:
        people = User.objects.filter(department_id=user.department_id)
        return tuple({user.pk, *people.values_list("pk", flat=True)})
    return (user.pk,)
