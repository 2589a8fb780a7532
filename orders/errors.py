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


class DiscountTooLarge(BusinessError):
    """The discount of an order is at most what its lines come to."""

    code = "discount_too_large"
    message = _("The discount is more than the items come to.")


class BadFigure(BusinessError):
    """A quantity, price, percentage or amount that can't be: `field` names which."""

    code = "bad_figure"
    message = _("Enter a number that is possible here.")
    http_status = 400


class ProductNotSold(BusinessError):
    """The product does not exist, or isn't for sale any more."""

    code = "product_not_sold"
    message = _("This product isn't sold.")
    http_status = 400


class WarehouseNotYours(BusinessError):
    """Goods leave from a warehouse of the order's branch."""

    code = "warehouse_of_another_branch"
    message = _("Choose a warehouse of the order's branch.")
    http_status = 400


class NoWarehouse(BusinessError):
    """The branch has no warehouse in use."""

    code = "no_warehouse"
    message = _("This branch has no warehouse yet. Add one before you sell goods.")


class BranchNotYours(BusinessError):
    """An order belongs to a branch of its writer, and keeps it with its number."""

    code = "branch_not_possible"
    message = _("The order can't belong to this branch.")
    http_status = 400


class CannotTakeOrders(BusinessError):
    """The person can't be responsible for the order."""

    code = "cannot_take_orders"
    message = _("This person can't take orders of this branch.")


class CustomerIsBlocked(BusinessError):
    """Nothing is sold to a blocked or archived customer."""

    code = "customer_blocked"
    message = _("This customer is blocked or archived. Reactivate the customer first.")


class TooManyLines(BusinessError):
    """An order is bounded."""

    code = "too_many_lines"
    message = _("An order holds at most 200 items. Split it.")
    http_status = 400


class RateMissing(BusinessError):
    """No exchange rate is known for that day."""

    code = "exchange_rate_missing"
    message = _("There is no exchange rate for this currency on that day. Add one first.")


class UnknownCurrency(BusinessError):
    """Orders are in a currency of the company: its own, a branch's, or one with a rate."""

    code = "unknown_currency"
    message = _("The company doesn't deal in this currency. Add an exchange rate for it first.")
    http_status = 400


class CurrencyNeedsPrices(BusinessError):
    """Numbers of one currency mean something else in another."""

    code = "currency_needs_prices"
    message = _("In another currency the order needs its items, and its discount, again.")
    http_status = 400


class RateTaken(BusinessError):
    """A currency has one rate a day."""

    code = "exchange_rate_taken"
    message = _("There is a rate of this currency from that day already.")


class NotAllowedHere(BusinessError):
    """The person may not take this step."""

    code = "step_not_allowed"
    message = _("You may not take this step.")
    http_status = 403


class GoodsAreOut(BusinessError):
    """What left the stock comes back by a return, not by a cancellation."""

    code = "goods_are_out"
    message = _("Goods of this order have been shipped. Take them back before you cancel it.")


class LineTwice(BusinessError):
    """One line of an order, or one lot of it, stands once in a shipment or return."""

    code = "line_twice"
    message = _("This item is listed twice. Write it once, with the whole quantity.")
    http_status = 400


class UnknownLine(BusinessError):
    """The line belongs to another order."""

    code = "unknown_line"
    message = _("This item is not part of the order.")
    http_status = 400


class ReasonNeeded(BusinessError):
    """Cancelling and returning say why."""

    code = "reason_needed"
    message = _("Say why.")
    http_status = 400


class ItemKindChanged(BusinessError):
    """A service became goods, or goods a service, after the quote was written."""

    code = "item_kind_changed"
    message = _(
        "An item has changed between goods and service since this quote was written. "
        "Open the quote and save it again."
    )


class NoSuchDocument(BusinessError):
    """An invoice exists from the confirmation on; a receipt with its payment, a note with its parcel."""

    code = "no_such_document"
    message = _("This order has no such document yet.")
    http_status = 404


class QuoteOfCancelled(BusinessError):
    """A customer who gets a quote takes it for an offer; a cancelled order offers nothing."""

    code = "order_cancelled"
    message = _("This order is cancelled, so its quote is not sent. Copy the order to quote again.")


class QuoteOfReturned(BusinessError):
    """As that of a cancelled order."""

    code = "order_returned"
    message = _("This order was returned, so its quote is not sent. Copy the order to quote again.")
