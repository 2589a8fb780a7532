"""What a person may give to others: never more than they hold themselves (SECURITY.md AZ-7)."""

from collections.abc import Mapping

from accounts.models import Role, User
from accounts.roles import SCOPES, Scope

SHOWN = ("visible", "masked", "hidden")  # how a sensitive field is shown, openest first


def scopes_for(code: str, user: User) -> list[Scope]:
    """Return the scopes of a permission that the user can give: up to the own."""
    return SCOPES[: SCOPES.index(user.scope_of(code)) + 1]


def shown_for(field: str, user: User) -> tuple[str, ...]:
    """Return the ways to show a sensitive field that the user can give: none opener than the own."""
    return SHOWN[SHOWN.index(user.sees_field(field)) :]


def exceeds(role: Role, actor: User, grants: Mapping[str, str] | None = None) -> bool:
    """Return True when a role gives what the actor does not hold.

    `grants` narrows the role to some of its permissions, as the scopes of a key do.
    """
    given = role.grants if grants is None else grants
    is_wider = any(scope not in scopes_for(code, actor) for code, scope in given.items())
    return is_wider or is_opener(role, actor)


def is_opener(role: Role, actor: User) -> bool:
    """Return True when a role shows a sensitive field that is masked or hidden for the actor."""
    own = actor.role.hidden_fields if actor.role else {}
    return any(
        role.hidden_fields.get(name, "visible") not in shown_for(name, actor) for name in own
    )
