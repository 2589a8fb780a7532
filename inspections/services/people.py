"""Who carries out inspections in a branch."""

from accounts.models import Branch, User
from accounts.roles import Scope
from inspections import permissions
from inspections.errors import NotAnInspector


def carriers(branch: Branch) -> list[User]:
    """Return the branch's people whose role lets them carry out inspections, by name."""
    people = User.objects.staff().filter(branch=branch, role__grants__has_key=permissions.CARRY_OUT)
    found = people.with_access().order_by("name", "pk")
    return [person for person in found if person.has_perm(permissions.CARRY_OUT)]


def inspectors(branch: Branch) -> list[User]:
    """Return those whose work is in the field (their own visits); all carriers if there are none."""
    people = carriers(branch)
    own = [one for one in people if one.scope_of(permissions.CARRY_OUT) == Scope.OWN]
    return own or people


def check_inspector(person: User, branch: Branch) -> None:
    """Raise NotAnInspector unless the person may carry out visits of the branch."""
    is_able = person.is_active and not person.is_service and person.has_perm(permissions.CARRY_OUT)
    if not is_able or (person.branch_id and person.branch_id != branch.pk):
        raise NotAnInspector(field="inspector")
