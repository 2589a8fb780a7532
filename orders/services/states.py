"""The one table of an order's steps: from where, to where, through which door, by whom."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Scope
from orders import permissions
from orders.errors import NotAllowedHere, WrongState
from orders.models import Order

S = Order.Status


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `door` names the service that takes it; a quiet one is no button of its own."""

    to: str
    permission: str
    door: str
    is_for_services: bool = False  # only while the order holds nothing that lies in stock


def _advance(to: str, **more: bool) -> Step:
    return Step(to=to, permission=permissions.CHANGE, door="advance", **more)


CONFIRM = Step(to=S.CONFIRMED, permission=permissions.CHANGE, door="confirm")
SHIP = Step(to=S.SHIPPED, permission=permissions.SHIP, door="ship")
DELIVER = Step(to=S.DELIVERED, permission=permissions.SHIP, door="deliver")
CANCEL = Step(to=S.CANCELLED, permission=permissions.CHANGE, door="cancel")
RETURN = Step(to=S.RETURNED, permission=permissions.RETURN, door="return")
SERVED = _advance(S.DELIVERED, is_for_services=True)

STEPS: dict[str, tuple[Step, ...]] = {
    S.QUOTE: (CONFIRM, CANCEL),
    S.CONFIRMED: (_advance(S.IN_PROGRESS), _advance(S.READY), SHIP, SERVED, CANCEL, RETURN),
    S.IN_PROGRESS: (_advance(S.READY), SHIP, SERVED, CANCEL, RETURN),
    S.READY: (SHIP, SERVED, CANCEL, RETURN),
    S.SHIPPED: (DELIVER, RETURN),
    S.DELIVERED: (_advance(S.INSTALLED), _advance(S.CLOSED), RETURN),
    S.INSTALLED: (_advance(S.CLOSED), RETURN),
    S.CLOSED: (RETURN,),
    S.CANCELLED: (),
    S.RETURNED: (),
}
FINISHED = frozenset({S.CLOSED, S.CANCELLED, S.RETURNED})
PAYABLE = frozenset({S(code) for code in Order.SOLD})


def step_of(order: Order, *, door: str, to: str | None = None) -> Step:
    """Return the step that the door takes from the order's state. Errors: WrongState."""
    for step in STEPS[order.status]:
        if step.door == door and to in (None, step.to):
            return step
    raise WrongState


def check_step(order: Order, *, door: str, actor: User | None, to: str | None = None) -> Step:
    """Return the step when the actor may take it (None is the product itself).

    Errors: WrongState, NotAllowedHere.
    """
    step = step_of(order, door=door, to=to)
    if actor is not None and not reaches(actor, step.permission, order):
        raise NotAllowedHere
    return step


def reaches(user: User, permission: str, order: Order) -> bool:
    """Return True when the user's permission covers this order, as OrderQuerySet.visible_to does."""
    scope = user.scope_of(permission)
    if scope == Scope.COMPANY:
        return True
    if scope == Scope.BRANCH:
        return order.branch_id == (user.branch_id or 0)
    is_own = order.owner_id == user.pk
    if scope == Scope.DEPARTMENT and user.department_id and order.owner:
        return is_own or order.owner.department_id == user.department_id
    return is_own and scope in (Scope.OWN, Scope.DEPARTMENT)
