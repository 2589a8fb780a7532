"""Whatever happens, in whatever order and at the same moment: the sums are right, nothing oversells."""

import uuid
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Branch
from inventory.errors import InsufficientStock
from inventory.models import Inventory, Reservation, StockMovement, Warehouse
from inventory.services import Move, Want, move_stock, release_stock, reserve_stock
from tests.inventory.conftest import a_product, the_sums_are_right
from tests.parallel import at_once

Kind = StockMovement.Kind
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "reserve", "ship", "issue", "release", "move", "correct"]),
        st.integers(0, 1),  # product
        st.integers(0, 1),  # warehouse
        st.decimals("0.5", "9", places=1),
    ),
    min_size=5,
    max_size=30,
)


class World:
    """Two products in two warehouses, and what a plain model says there should be."""

    def __init__(self, products, places) -> None:
        self.products, self.places = products, places
        self.on_hand: Counter[tuple[int, int]] = Counter()
        self.promised: dict[str, tuple[tuple[int, int], Decimal]] = {}
        self.number = 0
        self.name = uuid.uuid4().hex[:12]  # examples share one transaction

    def free(self, place) -> Decimal:
        promised = [quantity for at, quantity in self.promised.values() if at == place]
        return self.on_hand[place] - sum(promised, Decimal(0))

    def move(self, kind, place, quantity, settles="") -> Move:
        self.number += 1
        product, warehouse = place
        return Move(
            kind=kind, product_id=product, warehouse_id=warehouse, quantity=quantity,
            unit_cost=Decimal(10) if quantity > 0 else None, source=f"{self.name}:{self.number}",
            settles=settles,
        )  # fmt: skip

    def do(self, step, product, warehouse, quantity) -> None:
        place = (self.products[product].pk, self.places[warehouse].pk)
        other = (place[0], self.places[1 - warehouse].pk)
        mine = [source for source, (at, left) in self.promised.items() if at == place and left]
        if step == "receive":
            move_stock([self.move(Kind.RECEIPT, place, quantity)], actor=None)
            self.on_hand[place] += quantity
        elif step == "reserve":
            self.number += 1
            source = f"{self.name}:r:{self.number}"
            want = Want(
                product_id=place[0], warehouse_id=place[1], quantity=quantity, source=source
            )
            if self.allowed(
                place, quantity, lambda: reserve_stock([want], reference="", actor=None)
            ):
                self.promised[source] = (place, quantity)
        elif step == "issue":
            moves = [self.move(Kind.ISSUE, place, -quantity)]
            if self.allowed(place, quantity, lambda: move_stock(moves, actor=None)):
                self.on_hand[place] -= quantity
        elif step == "move":
            moves = [
                self.move(Kind.TRANSFER, place, -quantity),
                self.move(Kind.TRANSFER, other, quantity),
            ]
            if self.allowed(place, quantity, lambda: move_stock(moves, actor=None)):
                self.on_hand[place] -= quantity
                self.on_hand[other] += quantity
        elif step == "correct":
            move_stock([self.move(Kind.ADJUSTMENT, place, quantity)], actor=None)
            self.on_hand[place] += quantity
        elif step == "release" and mine:
            release_stock([mine[0]])
            self.promised[mine[0]] = (place, Decimal(0))
        elif step == "ship" and mine:
            at, left = self.promised[mine[0]]
            part = min(left, quantity)
            move_stock([self.move(Kind.ISSUE, place, -part, settles=mine[0])], actor=None)
            self.promised[mine[0]] = (at, left - part)
            self.on_hand[place] -= part

    def allowed(self, place, quantity, act) -> bool:
        """Do it when there is enough; otherwise it must be refused."""
        if self.free(place) >= quantity:
            act()
            return True
        with pytest.raises(InsufficientStock):
            act()
        return False

    def check(self) -> None:
        for row in Inventory.objects.filter(product__in=self.products):
            place = (row.product_id, row.warehouse_id)
            assert row.on_hand == self.on_hand[place]
            assert row.available == self.free(place)
        assert the_sums_are_right()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_random_histories_add_up(steps, warehouse, warehouse_b):
    world = World([a_product(), a_product()], [warehouse, warehouse_b])
    for step in steps:
        world.do(*step)
    world.check()


def racing_world(quantity: int, products: int = 1):
    branch = Branch.objects.create(code="ryd", name_ar="الرياض", name_en="Riyadh")
    place = Warehouse.objects.create(code="m", name_ar="م", name_en="M", branch=branch)
    made = [a_product() for _turn in range(products)]
    move_stock(
        [
            Move(
                kind=Kind.RECEIPT, product_id=one.pk, warehouse_id=place.pk,
                quantity=Decimal(quantity), unit_cost=Decimal(5), source="open",
            )
            for one in made
        ],
        actor=None,
    )  # fmt: skip
    return made, place


def wants(products, place, number):
    return [
        Want(
            product_id=one.pk, warehouse_id=place.pk, quantity=Decimal(1),
            source=f"o:{number}:{one.pk}",
        )
        for one in products
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_eight_rivals_never_get_more_than_there_is():
    (product,), place = racing_world(quantity=20)

    def work(rival: int) -> int:
        got = 0
        for turn in range(5):
            try:
                reserve_stock(wants([product], place, f"{rival}-{turn}"), reference="", actor=None)
                got += 1
            except InsufficientStock:
                pass
        return got

    assert sum(at_once(work, range(8))) == 20
    assert Reservation.objects.count() == 20
    assert Inventory.objects.get().available == 0
    assert the_sums_are_right()


@pytest.mark.django_db(transaction=True)
def test_rivals_who_want_several_products_in_other_orders_do_not_lock_each_other_out():
    products, place = racing_world(quantity=12, products=4)

    def work(rival: int) -> int:
        mixed = products[rival % 4 :] + products[: rival % 4]
        if rival % 2:
            mixed = mixed[::-1]
        got = 0
        for turn in range(3):
            try:
                reserve_stock(wants(mixed, place, f"{rival}-{turn}"), reference="", actor=None)
                moves = [
                    Move(
                        kind=Kind.ISSUE, product_id=one.pk, warehouse_id=place.pk,
                        quantity=Decimal(-1), source=f"s:{rival}-{turn}",
                        settles=f"o:{rival}-{turn}:{one.pk}",
                    )
                    for one in mixed
                ]  # fmt: skip
                move_stock(moves, actor=None)
                got += 1
            except InsufficientStock:
                pass
        return got

    assert sum(at_once(work, range(8))) == 12
    assert not Inventory.objects.exclude(on_hand=0, reserved=0).exists()
    assert the_sums_are_right()


@pytest.mark.django_db(transaction=True)
def test_the_same_submit_from_two_windows_moves_once():
    from accounts.roles import RoleCode
    from inventory.services import Entry, Sheet, receive_stock
    from tests.factories import make_user

    (product,), place = racing_world(quantity=1)
    actor = make_user(RoleCode.STOREKEEPER, place.branch)
    sheet = Sheet(
        warehouse=place, entries=[Entry(product=product, quantity=Decimal(3))],
        request_id=uuid.uuid4(),
    )  # fmt: skip
    at_once(lambda _rival: receive_stock(sheet, actor=actor), range(4))
    assert Inventory.objects.get().on_hand == 4
