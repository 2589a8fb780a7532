"""Refusals about orders, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class OrderChangedMeanwhile(BusinessError):
    """Somebody else saved the order first."""

    code = "edit_conflict"
    message = _("Somebody changed this order while you were editing. Check it and save again.")


class EmptyOrder(BusinessError):
    """An order sells something."""

    code = "empty_order"
    message = _("Add at least one item.")


class WrongState(BusinessError):
    """The step does not follow from the order's state."""

    code = "wrong_state"
    message = _(
        "This step isn't possible in the order's present state. Reload it to see where it is."
    )


class InspectionMissing(BusinessError):
    """The order demands an inspection that has not been completed."""

    code = "inspection_missing"
    message = _("This order needs a completed inspection before it can be confirmed.")


class PaysTooMuch(BusinessError):
    """Payments never exceed the total."""

    code = "pays_too_much"
    message = _("This is more than what is still owed.")


class RefundsTooMuch(BusinessError):
    """Refunds never exceed what was paid."""

    code = "refunds_too_much"
    message = _("This is more than what was paid.")


class ShipsTooMuch(BusinessError):
    """What is shipped or returned never exceeds what was ordered or shipped."""

    code = "ships_too_much"
    message = _("This is more than what is left of the order.")


class StillPaid(BusinessError):
    """A paid order is refunded before it is cancelled."""

    code = "still_paid"
    message = _("Refund what was paid before you cancel this order.")
