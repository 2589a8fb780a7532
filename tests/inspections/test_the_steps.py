"""Each step has one door, is refused from the wrong state, and happens once however often it is sent."""

import pytest
from django.urls import reverse

from accounts.models import Activity, Notification
from accounts.roles import RoleCode
from inspections.models import Inspection, InspectionEvent
from tests import factories

from .conftest import fresh, make_visit, put

STEPS = ["set-out", "start", "no-show"]


def press(client, visit, step):
    return client.post(reverse("inspections:step", args=[visit.pk, step]), HTTP_HX_REQUEST="true")


@pytest.mark.parametrize(
    ("path", "ends_as"),
    [
        (["set-out"], "on_the_way"),
        (["start"], "in_progress"),
        (["set-out", "start"], "in_progress"),
        (["no-show"], "no_show"),
        (["set-out", "start", "no-show"], "no_show"),
    ],
)
def test_the_inspector_takes_the_steps(scheduled, inspector, client_of, path, ends_as):
    client = client_of(inspector)
    for step in path:
        assert press(client, scheduled, step).status_code == 204

    visit = fresh(scheduled)
    assert visit.status == ends_as
    assert [event.status for event in visit.events.all()][-1] == ends_as
    assert bool(visit.started_at) == ("start" in path)


@pytest.mark.parametrize("step", STEPS)
def test_a_double_click_is_one_step(scheduled, inspector, client_of, step):
    client = client_of(inspector)
    for _turn in range(2):
        assert press(client, scheduled, step).status_code == 204

    assert InspectionEvent.objects.filter(inspection=scheduled).count() == 3


@pytest.mark.parametrize("step", STEPS)
def test_no_step_follows_from_a_request_without_a_time(requested, supervisor, client_of, step):
    answer = press(client_of(supervisor), requested, step)

    assert answer.status_code == 409
    assert fresh(requested).status == "requested"


@pytest.mark.parametrize("step", STEPS)
def test_a_colleague_cannot_take_the_steps(scheduled, second_inspector, client_of, step):
    assert press(client_of(second_inspector), scheduled, step).status_code == 404
    assert fresh(scheduled).status == "scheduled"


@pytest.mark.parametrize("step", STEPS)
def test_who_asked_does_not_carry_out(scheduled, sales, client_of, step):
    assert press(client_of(sales), scheduled, step).status_code == 403
    assert fresh(scheduled).status == "scheduled"


def test_cancelling_needs_a_reason_and_takes_the_reminders_back(scheduled, supervisor, client_of):
    client, url = client_of(supervisor), reverse("inspections:cancel", args=[scheduled.pk])

    assert client.post(url, {"reason": " "}).status_code == 422
    assert fresh(scheduled).status == "scheduled"

    assert client.post(url, {"reason": "Customer travels"}).status_code == 302
    visit = fresh(scheduled)
    assert (visit.status, visit.cancel_reason) == ("cancelled", "Customer travels")
    assert set(visit.reminders.values_list("status", flat=True)) == {"cancelled"}
    assert Notification.objects.filter(kind="inspection.cancelled").count() == 2  # both people


def test_what_is_cancelled_stays_cancelled(scheduled, supervisor, inspector, client_of):
    url = reverse("inspections:cancel", args=[scheduled.pk])
    client_of(supervisor).post(url, {"reason": "no"})

    for step in STEPS:
        assert press(client_of(inspector), scheduled, step).status_code == 409
    assert fresh(scheduled).status == "cancelled"


def test_a_no_show_may_be_booked_again(scheduled, inspector, supervisor, client_of):
    press(client_of(inspector), scheduled, "no-show")
    put(fresh(scheduled), inspector, 15, actor=supervisor)

    assert (fresh(scheduled).status, fresh(scheduled).moves) == ("scheduled", 1)


def test_own_scope_is_what_one_asked_for_or_carries_out(
    riyadh, survey, scheduled, sales, colleague, inspector, second_inspector, client_of
):
    url = scheduled.get_absolute_url()
    for person, status in [
        (sales, 200), (inspector, 200), (colleague, 404), (second_inspector, 404),
    ]:  # fmt: skip
        assert client_of(person).get(url).status_code == status

    page = client_of(inspector).get(reverse("inspections:list"))
    other = make_visit(riyadh, survey, colleague)
    assert scheduled.number in page.content.decode()
    assert other.number not in client_of(sales).get(reverse("inspections:list")).content.decode()


def test_another_branch_does_not_have_it(scheduled, jeddah, client_of, api_of):
    stranger = factories.make_user(RoleCode.SUPERVISOR, jeddah)
    client = client_of(stranger)
    doors = ["detail", "schedule", "cancel", "edit", "site", "signature"]

    for door in doors:
        assert client.get(reverse(f"inspections:{door}", args=[scheduled.pk])).status_code == 404
    assert api_of(stranger).get(f"/api/v1/inspections/{scheduled.pk}/").status_code == 404
    assert client.post(reverse("inspections:drop", args=[scheduled.pk])).status_code == 404


def test_a_request_sent_twice_is_one_inspection(riyadh, survey, sales, client_of):
    customer = factories.make_customer(riyadh, sales)
    client, url = client_of(sales), reverse("inspections:new")
    form = {
        "customer": customer.pk, "type": survey.pk, "district": "الملقا",
        "request_id": "6f1f0fd2-97a5-4c8f-9f3a-0a3b7a3f5a01",
    }  # fmt: skip
    first, second = (client.post(url, form) for _turn in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    visit = Inspection.objects.get()
    assert (visit.owner, visit.branch, visit.district) == (sales, riyadh, "الملقا")


def test_a_request_for_a_customer_out_of_reach_is_refused(survey, sales, jeddah, client_of):
    foreign = factories.make_customer(jeddah)
    form = {
        "customer": foreign.pk, "type": survey.pk,
        "request_id": "6f1f0fd2-97a5-4c8f-9f3a-0a3b7a3f5a02",
    }  # fmt: skip
    assert client_of(sales).post(reverse("inspections:new"), form).status_code == 422
    assert not Inspection.objects.exists()


def test_a_stale_edit_is_told(requested, sales, client_of):
    url = reverse("inspections:edit", args=[requested.pk])
    form = {"type": requested.type_id, "district": "حطين", "version": 1}
    assert client_of(sales).post(url, form).status_code == 302

    again = client_of(sales).post(url, {**form, "district": "العليا"})
    assert again.status_code == 422
    assert "meanwhile" in again.content.decode()
    assert fresh(requested).district == "حطين"
    entry = Activity.objects.get(verb="inspection.changed")
    assert entry.changes["district"] == ["النرجس", "حطين"]
