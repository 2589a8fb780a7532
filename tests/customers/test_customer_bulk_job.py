"""A change of more customers than one step takes: followed, stopped, taken back."""

import pytest
from django.urls import reverse

from accounts.models import Activity, Notification
from customers.models import Customer, Tag
from customers.services import bulk_job
from customers.tasks import change_next_customers
from tests.customers.conftest import all_of_the_list
from tests.factories import make_customer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rows(riyadh, sales, monkeypatch):
    """Seven customers of one city, in steps of three."""
    monkeypatch.setattr("customers.services.bulk.MOST_AT_ONCE", 2)
    monkeypatch.setattr("customers.services.bulk_job.STEP", 3)
    return [make_customer(riyadh, sales, name=f"c{number}", city="A") for number in range(7)]


def change(client, action, city="A", **data):
    url = reverse("customers:bulk", args=[action])
    data |= {**all_of_the_list(client, city=city), "confirmed": 1}
    answer = client.post(url, data, headers=HTMX)
    assert answer.status_code == 200
    return answer.context["state"].run.pk


def state_of(client, run):
    return client.get(reverse("customers:bulk_run", args=[run]), headers=HTMX).context["state"]


def undo(client, run):
    return client.post(reverse("customers:bulk_run_undo", args=[run]), headers=HTMX)


def owners():
    return set(Customer.objects.filter(city="A").values_list("owner", flat=True))


def test_all_matching_are_changed_step_by_step_and_the_person_is_told(
    client_of, supervisor, sales, colleague, riyadh, rows, run_jobs
):
    make_customer(riyadh, sales, name="elsewhere", city="B")
    client = client_of(supervisor)
    run = change(client, "assign", owner=colleague.pk)
    assert owners() == {sales.pk}
    assert (state_of(client, run).total, state_of(client, run).percent) == (7, 0)

    run_jobs()
    state = state_of(client, run)
    assert (state.is_finished, state.seen, state.changed, state.percent) == (True, 7, 7, 100)
    assert owners() == {colleague.pk}
    assert Customer.objects.get(city="B").owner == sales
    entry = Activity.objects.about(rows[6]).first()
    assert entry.changes == {"owner": [sales.name, colleague.name]}
    told = Notification.objects.get(user=supervisor)
    assert told.url == reverse("customers:bulk_run", args=[run])


def test_a_change_that_takes_rows_out_of_the_filter_still_reaches_them_all(
    client_of, sales, rows, run_jobs
):
    change(client_of(sales), "archive")
    run_jobs()
    assert not Customer.objects.filter(archived_at=None).exists()


def test_customers_added_after_the_start_stay_out(client_of, sales, riyadh, rows, run_jobs):
    change(client_of(sales), "archive")
    late = make_customer(riyadh, sales, name="late", city="A")
    run_jobs()
    assert list(Customer.objects.filter(archived_at=None)) == [late]


def test_the_whole_run_is_taken_back_but_not_what_changed_since(
    client_of, supervisor, sales, colleague, rows, run_jobs
):
    client = client_of(supervisor)
    run = change(client, "assign", owner=colleague.pk)
    run_jobs()
    Customer.objects.filter(pk=rows[0].pk).update(owner=supervisor)

    assert undo(client, run).status_code == 200
    run_jobs()
    state = state_of(client, run)
    assert (state.is_finished, state.is_undoing, state.changed, state.can_undo) == (
        True, True, 6, False,
    )  # fmt: skip
    assert owners() == {sales.pk, supervisor.pk}
    assert undo(client, run).status_code == 409


def test_a_tag_is_taken_back_only_from_those_who_got_it(client_of, sales, rows, run_jobs):
    vip = Tag.objects.create(name="vip")
    rows[1].tags.add(vip)
    client = client_of(sales)
    run = change(client, "tag", tag="vip")
    run_jobs()
    assert vip.customers.count() == 7
    undo(client, run)
    run_jobs()
    assert list(vip.customers.all()) == [rows[1]]


def test_undo_stops_a_run_that_still_goes(client_of, sales, rows, run_jobs):
    client = client_of(sales)
    run = change(client, "archive")
    job = queued_job()
    change_next_customers.func(**job)
    assert Customer.objects.filter(archived_at=None).count() == 4

    undo(client, run)
    run_jobs()
    assert Customer.objects.filter(archived_at=None).count() == 7
    assert not Activity.objects.filter(verb=bulk_job.FINISHED).exists()


def queued_job():
    """The arguments of the first step, as the queue has them."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.get(task_name__contains="change_next").args


def test_a_step_that_runs_twice_changes_nothing_twice(client_of, sales, rows, run_jobs):
    client = client_of(sales)
    run = change(client, "archive")
    job = queued_job()
    change_next_customers.func(**job)
    change_next_customers.func(**job)
    run_jobs()
    state = state_of(client, run)
    assert (state.seen, state.changed) == (7, 7)
    assert Activity.objects.filter(verb="customer.archived").count() == 7
    assert Notification.objects.filter(user=sales).count() == 1


def test_a_person_who_loses_the_reach_meanwhile_changes_no_more(
    client_of, supervisor, colleague, rows, jeddah, run_jobs
):
    change(client_of(supervisor), "assign", owner=colleague.pk)
    type(supervisor).objects.filter(pk=supervisor.pk).update(branch=jeddah)
    run_jobs()
    assert not Customer.objects.filter(owner=colleague).exists()


def test_a_run_is_its_own_persons_only(client_of, sales, supervisor, rows, run_jobs):
    run = change(client_of(sales), "archive")
    run_jobs()
    other = client_of(supervisor)
    assert other.get(reverse("customers:bulk_run", args=[run])).status_code == 404
    assert undo(other, run).status_code == 404
    assert not Customer.objects.filter(archived_at=None).exists()


def test_a_run_that_ended_an_hour_ago_stays(client_of, sales, rows, run_jobs, monkeypatch):
    client = client_of(sales)
    run = change(client, "archive")
    run_jobs()
    monkeypatch.setattr("customers.services.bulk_job.UNDO_WITHIN", -bulk_job.STALLED_AFTER)
    assert not state_of(client, run).can_undo
    assert undo(client, run).status_code == 409


def test_the_page_of_a_run_shows_it_without_scripts(client_of, sales, rows, run_jobs):
    client = client_of(sales)
    run = change(client, "archive")
    url = reverse("customers:bulk_run", args=[run])
    assert "<html" in client.get(url).content.decode()
    assert client.post(reverse("customers:bulk_run_undo", args=[run])).status_code == 302


def test_the_bar_offers_all_matching_however_many(client_of, sales, rows, monkeypatch):
    monkeypatch.setattr("customers.views.list.COUNT_LIMIT", 3)
    monkeypatch.setattr("customers.views.list.CustomerListView.page_size", 3)
    assert client_of(sales).get("/customers/").context["bulk_total"] == "3+"
