"""The activity log: append-only, sealed, and whoever tampers is found."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Activity, ActivityHead, ActivitySeal
from accounts.services import record

TABLES = ("accounts_activity", "accounts_activityseal", "accounts_activityhead")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def log(sales):
    """Five sealed entries."""
    entries = [
        record(sales, "lead.assigned", sales, changes={"نعم": [None, index]}) for index in range(5)
    ]
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")
    return entries


@pytest.fixture
def as_owner(log):
    """Work as a database owner would who switches the triggers off."""

    def work(*statements):
        for table in TABLES:
            sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sql("SET CONSTRAINTS ALL DEFERRED")
        for statement in statements:
            sql(statement)

    return work


def verify(*arguments):
    out = io.StringIO()
    try:
        call_command("verify_activity", "--json", *arguments, stdout=out)
        code = 0
    except SystemExit as end:
        code = end.code
    result = json.loads(out.getvalue())
    assert result["ok"] is (code == 0)
    return result


def test_an_untouched_log_verifies(log):
    result = verify()
    assert (result["ok"], result["entries"], result["head_number"]) == (True, 5, 5)


def test_an_empty_log_verifies(db):
    assert verify()["ok"]


@pytest.mark.parametrize("table", ["accounts_activity", "accounts_activityseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_changes(log, table, statement):
    column = "verb = 'x'" if table == "accounts_activity" else "number = number + 100"
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement.format(table, column))
    assert Activity.objects.count() == 5


def number_of(position, log):
    return ActivitySeal.objects.get(activity=log[position]).number


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'lead.rejected'",
        "changes = '{}'",
        "actor_id = NULL",
        "object_label = 'x'",
        "at = at + interval '1 microsecond'",
        "branch_id = NULL",
        "ip = '10.0.0.1'",
    ],
)
def test_an_edited_entry_is_found_by_its_number(log, as_owner, change):
    as_owner(f"UPDATE accounts_activity SET {change} WHERE id = {log[2].pk}")
    assert verify()["finding"]["number"] == number_of(2, log)


def test_a_removed_entry_is_found(log, as_owner):
    as_owner(
        "ALTER TABLE accounts_activityseal DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_activity DISABLE TRIGGER ALL",
        f"DELETE FROM accounts_activityseal WHERE activity_id = {log[2].pk}",
        f"DELETE FROM accounts_activity WHERE id = {log[2].pk}",
    )
    assert verify()["finding"]["number"] == 3


def test_two_entries_in_another_order_are_found(log, as_owner):
    first, second = number_of(1, log), number_of(2, log)
    as_owner(
        f"UPDATE accounts_activityseal SET number = 1000 WHERE number = {first}",
        f"UPDATE accounts_activityseal SET number = {first} WHERE number = {second}",
        f"UPDATE accounts_activityseal SET number = {second} WHERE number = 1000",
    )
    assert verify()["finding"]["number"] == first


def test_an_entry_slipped_in_is_found(log, as_owner, sales):
    as_owner()
    Activity.objects.create(actor=sales, verb="lead.assigned")
    assert "slipped in" in verify()["finding"]["problem"]


def test_a_cut_off_tail_is_found(log, as_owner):
    as_owner(
        "ALTER TABLE accounts_activityseal DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_activity DISABLE TRIGGER ALL",
        f"DELETE FROM accounts_activityseal WHERE activity_id = {log[4].pk}",
        f"DELETE FROM accounts_activity WHERE id = {log[4].pk}",
    )
    assert verify()["finding"]["number"] == 5


def test_a_cut_off_tail_with_its_head_is_found_by_a_head_noted_earlier(log, as_owner):
    head = ActivityHead.objects.get()
    noted = f"{head.number}:{bytes(head.hash).hex()}"
    assert verify("--head", noted)["ok"]
    as_owner(
        "ALTER TABLE accounts_activityseal DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_activity DISABLE TRIGGER ALL",
        f"DELETE FROM accounts_activityseal WHERE activity_id = {log[4].pk}",
        f"DELETE FROM accounts_activity WHERE id = {log[4].pk}",
        "UPDATE accounts_activityhead SET number = 4,"
        " hash = (SELECT hash FROM accounts_activityseal WHERE number = 4)",
    )
    assert verify()["ok"]
    assert not verify("--head", noted)["ok"]


def test_the_log_page_shows_what_the_reader_may_see(client_of, manager, supervisor, sales, sales_b):
    record(sales, "lead.assigned", sales, changes={"owner": ["a", "b"]})
    record(sales_b, "lead.assigned", sales_b)

    def actors(user):
        rows = client_of(user).get("/activity/").context["page"].rows
        return {row.actor for row in rows if row.verb == "lead.assigned"}

    assert actors(manager) == {sales, sales_b}
    assert actors(supervisor) == {sales}
    assert actors(sales_b) == {sales_b}


def test_the_log_page_filters(client_of, manager, sales):
    record(sales, "lead.assigned", sales)
    record(None, "lead.routed", sales)
    client = client_of(manager)

    def verbs(query):
        page = client.get(f"/activity/?{query}", HTTP_HX_REQUEST="true")
        return {row.verb for row in page.context["page"].rows}

    assert verbs("automatic=true") == {"lead.routed"}
    assert verbs(f"actor={sales.pk}") == {"lead.assigned"}
    assert verbs("verb=lead.") == {"lead.routed", "lead.assigned"}
    assert verbs("since=2999-01-01") == set()
    assert verbs("since=nonsense&actor=x") == set()


def test_values_of_the_log_are_shown_escaped(client_of, manager, sales):
    record(sales, "lead.assigned", sales, changes={"name": ["<script>alert(1)</script>", "ok"]})
    page = client_of(manager).get("/activity/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_log_page_shows_every_shape_of_a_value_in_words(client_of, manager, sales):
    seen = {
        "weights": [None, {}],
        "hours": [{}, {"7": [["09:00", "13:00"]]}],
        "lines": [None, ["AC × 2", "TV × 1"]],
        "reason": "تلف",
        "with": [None, "L-00001"],
    }
    record(sales, "stock.issue", sales, changes=seen)
    page = client_of(manager).get("/activity/").content.decode()
    assert "AC × 2, TV × 1" in page
    assert "09:00" in page
    assert "تلف" in page
    assert "Reason:" in page
    assert "Duplicate of:" in page


def test_the_log_page_keeps_what_only_the_way_back_reads_to_itself(client_of, manager, sales):
    kept = {"field": "tag", "after": 7_654_321, "before": {"8765432": None}, "ids": [3, 9_876_543]}
    record(sales, "customer.bulk_changed", changes={**kept, "receipt": ["", "R-2026-00001"]})
    manager.language = "ar"
    manager.save()
    page = client_of(manager).get("/activity/").content.decode()
    assert not any(number in page for number in ("7654321", "8765432", "9876543"))
    assert "R-2026-00001" in page
    assert "receipt:" not in page.lower()
