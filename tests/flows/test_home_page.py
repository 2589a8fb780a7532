"""The home page lays its tiles out without holes, whatever their heights."""

import itertools
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EDGES = """() => [...document.querySelectorAll('.home-col')].map(column =>
    [...column.querySelectorAll(':scope > div > section')].map(tile => {
        const box = tile.getBoundingClientRect();
        return [Math.round(box.top), Math.round(box.bottom)];
    }))"""
GAP = 16  # px between two tiles


@pytest.fixture
def home(page_of: Any, manager: Any, site: Any) -> Any:
    """The manager's home page on a desk, with every tile there."""
    page = page_of(manager)
    page.goto(f"{site.url}/")
    page.wait_for_selector(".home-tiles .skel", state="detached")
    return page


def test_each_tile_follows_the_one_above_it_at_once(home: Any) -> None:
    columns = home.evaluate(EDGES)

    assert len(columns) == 3
    assert sum(map(len, columns)) >= 6
    for column in columns:
        for above, below in itertools.pairwise(column):
            assert below[0] - above[1] == GAP


def test_the_columns_read_on_in_the_order_of_the_tiles(home: Any, manager: Any) -> None:
    order = "() => [...document.querySelectorAll('.home-col section')].map(tile => tile.id)"
    ids = home.evaluate(order)

    assert ids.index("home-mine") < ids.index("home-newest") < ids.index("home-orders-overdue")


def test_on_a_phone_the_tiles_are_one_column(page_of: Any, manager: Any, site: Any) -> None:
    page = page_of(manager, width=360)
    page.goto(f"{site.url}/")
    page.wait_for_selector(".home-tiles .skel", state="detached")

    tiles = [tile for column in page.evaluate(EDGES) for tile in column]

    assert all(below[0] >= above[1] for above, below in itertools.pairwise(tiles))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
