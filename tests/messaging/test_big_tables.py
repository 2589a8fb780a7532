"""What lists of a million rows need: every order has its index, and days are bounds of a column."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from accounts.roles import RoleCode
from messaging.api.views import MessageViewSet, SignalViewSet
from messaging.models import Message, Signal
from messaging.tasks import tell_about_failed_signal
from tests import factories


@pytest.mark.parametrize(
    ("model", "view"), [(Message, MessageViewSet), (Signal, SignalViewSet)], ids=["message", "raw"]
)
def test_every_order_of_a_list_is_an_index_read_one_way_or_the_other(model: Any, view: Any) -> None:
    indexes = {tuple(index.fields) for index in model._meta.indexes}
    for order in view.orders.values():
        columns = tuple(name.replace("pk", "id") for name in order)
        turned = tuple(name[1:] if name.startswith("-") else f"-{name}" for name in columns)
        assert {columns, turned} & indexes


@pytest.mark.parametrize("path", ["/api/v1/signals/", "/api/v1/messages/"])
@pytest.mark.parametrize("query", ["since=2026-01-31", "until=2026-01-31"])
def test_a_day_is_a_bound_of_the_column_so_that_its_index_is_used(
    api_of: Any, manager: Any, path: str, query: str
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert api_of(manager).get(f"{path}?{query}").status_code == 200
    sql = " ".join(one["sql"] for one in asked.captured_queries)
    assert "2026-01-3" in sql or "2026-02-01" in sql
    assert "::date" not in sql


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01"])
@pytest.mark.parametrize("side", ["since", "until"])
def test_a_day_beyond_the_calendar_is_no_error(
    api_of: Any, manager: Any, day: str, side: str
) -> None:
    for path in ("/api/v1/signals/", "/api/v1/messages/"):
        assert api_of(manager).get(f"{path}?{side}={day}").status_code == 200


def test_telling_of_a_failed_signal_costs_the_same_for_any_number_of_colleagues(
    riyadh: Any, django_assert_max_num_queries: Any
) -> None:
    for _one in range(12):
        factories.make_user(RoleCode.SUPERVISOR, riyadh)
    bosses = [factories.make_user(RoleCode.BRANCH_MANAGER, riyadh) for _one in range(8)]
    signal = Signal.objects.create(channel="email", key="email:x", body=b"x", branch=riyadh)
    with django_assert_max_num_queries(14):
        tell_about_failed_signal(signal_id=signal.pk)
    told = Notification.objects.filter(kind="signal.failed").values_list("user", flat=True)
    assert set(told) == {boss.pk for boss in bosses}
