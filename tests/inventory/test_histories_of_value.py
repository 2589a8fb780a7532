"""Whatever comes, leaves, comes back or is corrected: the average, the value and alerts follow."""

import uuid
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.errors import InsufficientStock, SerialInTransit, SerialTaken, UnknownLot
from inventory.models import Inventory, Lot, LotStock, StockAlert, StockMovement, Transfer
from inventory.services import (
    Arrived,
    Entry,
    Move,
    NewTransfer,
    Sheet,
    Want,
    cancel_transfer,
    create_transfer,
    issue_stock,
    move_stock,
    receive_stock,
    receive_transfer,
    release_stock,
    reserve_stock,
    send_transfer,
)
from tests.inventory.conftest import a_product, the_sums_are_right

Kind = StockMovement.Kind
examples = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MICRO = Decimal("0.000001")
POINT = Decimal(8)  # the reorder point
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receipt", "free", "issue", "return", "gain", "loss", "hold", "let go"]),
        st.decimals("0.001", "30", places=3),
        st.decimals("0", "999", places=6),
    ),
    max_size=25,
)


class Model:
    """What a plain reading of the moving average says."""

    def __init__(self, *, may_owe: bool) -> None:
        self.may_owe = may_owe
        self.on_hand, self.held, self.average = Decimal(0), Decimal(0), Decimal(0)
        self.alerts = 0
        self.is_low = True

    def refuses(self, quantity: Decimal) -> bool:
        return not self.may_owe and self.on_hand - self.held < quantity

    def move(self, quantity: Decimal, cost: Decimal | None) -> None:
        if quantity > 0 and cost is not None:
            if self.on_hand <= 0:
                self.average = cost
            else:
                worth = self.on_hand * self.average + quantity * cost
                self.average = (worth / (self.on_hand + quantity)).quantize(MICRO, ROUND_HALF_UP)
        self.on_hand += quantity
        self.look()

    def look(self) -> None:
        was, self.is_low = self.is_low, self.on_hand - self.held <= POINT
        self.alerts += self.is_low and not was


@examples
@given(steps=STEPS, may_owe=st.booleans())
def test_the_average_the_value_and_the_alerts_follow_every_history(steps, may_owe, warehouse):
    product = a_product(allows_backorder=may_owe)
    stock = Inventory.objects.create(product=product, warehouse=warehouse, reorder_point=POINT)
    model, name, holds = Model(may_owe=may_owe), uuid.uuid4().hex[:12], []
    model.is_low = False  # nobody has looked yet
    for number, (step, quantity, cost) in enumerate(steps):
        source = f"{name}:{number}"
        if step == "hold":
            want = Want(
                product_id=product.pk, warehouse_id=warehouse.pk, quantity=quantity, source=source
            )
            if model.refuses(quantity):
                with pytest.raises(InsufficientStock):
                    reserve_stock([want], reference="", actor=None)
                continue
            reserve_stock([want], reference="", actor=None)
            model.held += quantity
            holds.append((source, quantity))
            model.look()
        elif step == "let go":
            if holds:
                held, much = holds.pop()
                release_stock([held])
                model.held -= much
                model.look()
        else:
            kind, sign, at = {
                "receipt": (Kind.RECEIPT, 1, cost), "free": (Kind.RECEIPT, 1, Decimal(0)),
                "return": (Kind.RETURN, 1, cost), "gain": (Kind.ADJUSTMENT, 1, None),
                "issue": (Kind.ISSUE, -1, None), "loss": (Kind.ADJUSTMENT, -1, None),
            }[step]  # fmt: skip
            move = Move(
                kind=kind, product_id=product.pk, warehouse_id=warehouse.pk,
                quantity=sign * quantity, unit_cost=at, source=source,
            )  # fmt: skip
            if sign < 0 and model.refuses(quantity):
                with pytest.raises(InsufficientStock):
                    move_stock([move], actor=None)
                continue
            (written,) = move_stock([move], actor=None)
            model.move(sign * quantity, at)
            assert written.on_hand_after == model.on_hand
            if at is None:
                assert written.unit_cost == model.average
        stock.refresh_from_db()
        assert (stock.on_hand, stock.reserved) == (model.on_hand, model.held)
        assert stock.average_cost == model.average
        assert stock.value == (model.on_hand * model.average).quantize(MICRO, ROUND_HALF_UP)
        alerts = StockAlert.objects.filter(inventory=stock)
        assert alerts.open().count() == int(model.is_low)
        assert alerts.count() == model.alerts
    assert the_sums_are_right()


TRAVELS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "issue", "send", "arrive", "cancel"]),
        st.integers(0, 1),  # which piece
        st.integers(0, 1),  # which warehouse
    ),
    max_size=25,
)


@examples
@given(travels=TRAVELS)
def test_a_piece_is_in_one_place_or_on_its_way_in_every_history(
    travels, manager, warehouse, warehouse_b
):
    product, places = a_product(tracking="serial"), [warehouse, warehouse_b]
    name = uuid.uuid4().hex[:8]
    where: dict[int, object] = {0: None, 1: None}  # a warehouse, a transfer, or sold
    for step, piece, at in travels:
        number, place = f"{name}-{piece}", places[at]
        entry = Entry(product=product, quantity=Decimal(1), lot_number=number)
        sheet = Sheet(warehouse=place, entries=[entry], request_id=uuid.uuid4(), reason="x")
        now = where[piece]
        if step == "receive":
            if now is None:
                receive_stock(sheet, actor=manager)
                where[piece] = place
            else:
                refusal = SerialInTransit if isinstance(now, Transfer) else SerialTaken
                with pytest.raises(refusal, match=number):
                    receive_stock(sheet, actor=manager)
        elif step == "issue":
            if now == place:
                issue_stock(sheet, actor=manager)
                where[piece] = None
            else:
                with pytest.raises((InsufficientStock, UnknownLot)):
                    issue_stock(sheet, actor=manager)
        elif step == "send" and now == place:
            new = NewTransfer(
                origin=place, destination=places[1 - at], entries=[entry], request_id=uuid.uuid4()
            )
            where[piece] = send_transfer(create_transfer(new, actor=manager), actor=manager)
        elif step == "arrive" and isinstance(now, Transfer):
            line = now.lines.get()
            arrived = Arrived(request_id=uuid.uuid4(), quantities={line.pk: Decimal(1)})
            receive_transfer(now, arrived, actor=manager)
            where[piece] = now.destination
        elif step == "cancel" and isinstance(now, Transfer):
            cancel_transfer(now, actor=manager)
            where[piece] = now.origin
    for piece, now in where.items():
        lot = Lot.objects.filter(product=product, number=f"{name}-{piece}").first()
        lying = LotStock.objects.filter(lot=lot, on_hand__gt=0) if lot else LotStock.objects.none()
        expected = [now.pk] if now in places else []
        assert list(lying.values_list("inventory__warehouse", flat=True)) == expected
    assert the_sums_are_right()
