"""Forms of orders. Import from here."""

from .entry import OrderForm
from .entry_lines import EntryLine, inputs_of, offer_places, read_lines
from .money import PaymentForm, RateForm
from .parcels import Parcel, parcels_of, read_parcels
from .steps import AssignForm, CancelForm, DeliverForm, PromiseForm, ReturnForm, ShipForm

__all__ = [
    "AssignForm",
    "CancelForm",
    "DeliverForm",
    "EntryLine",
    "OrderForm",
    "Parcel",
    "PaymentForm",
    "PromiseForm",
    "RateForm",
    "ReturnForm",
    "ShipForm",
    "inputs_of",
    "offer_places",
    "parcels_of",
    "read_lines",
    "read_parcels",
]
