"""Absences, changed requests and removed photos by API."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import Absence

from .conftest import at, make_visit, picture, put

BASE = "/api/v1/inspections/"
ABSENCES = "/api/v1/inspection-absences/"


def test_a_time_is_kept_free_of_visits_by_who_schedules(
    riyadh, survey, inspector, supervisor, sales, sales_b, api_of
):
    boss = api_of(supervisor)
    body = {
        "inspector": inspector.pk, "starts_at": at(9).isoformat(), "ends_at": at(12).isoformat(),
        "reason": "إجازة",
    }  # fmt: skip
    made = boss.post(ABSENCES, body)
    assert made.status_code == 201, made.content
    twice = boss.post(ABSENCES, body)
    assert (twice.status_code, list(twice.json()["errors"])) == (409, ["starts_at"])
    wrong = [
        {"inspector": sales_b.pk}, {"reason": " "}, {"starts_at": "9999-12-31T00:00:00Z"},
        {"ends_at": "x"},
    ]  # fmt: skip
    for change in wrong:
        assert boss.post(ABSENCES, {**body, **change}).status_code == 400
    assert api_of(inspector).get(ABSENCES).status_code == 403
    own = api_of(sales).post(ABSENCES, body)  # at scope "own" nobody else's time
    assert (own.status_code, list(own.json()["errors"])) == (400, ["inspector"])
    assert boss.get(ABSENCES, {"inspector": inspector.pk}).json()["results"] == [made.json()]
    assert boss.delete(f"{ABSENCES}{made.json()['id']}/").status_code == 204
    assert not Absence.objects.exists()


def test_what_was_asked_is_changed_at_the_version_that_was_seen(
    riyadh, survey, supervisor, inspector, api_of
):
    visit = make_visit(riyadh, survey, supervisor)
    boss, url = api_of(supervisor), f"{BASE}{visit.pk}/"
    changed = boss.patch(url, {"wishes": "بعد العصر", "is_urgent": True, "version": 1})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["wishes"], changed.json()["version"]) == ("بعد العصر", 2)
    stale = boss.patch(url, {"wishes": "x", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "edit_conflict")
    assert boss.patch(url, {"map_url": "javascript:alert(1)"}).status_code == 400
    assert boss.patch(url, {"status": "completed"}).status_code == 400
    assert api_of(inspector).patch(url, {"wishes": "x"}).status_code == 403


def test_a_photo_is_taken_away_while_the_visit_is_open(
    riyadh, survey, supervisor, inspector, api_of
):
    visit = make_visit(riyadh, survey, supervisor)
    put(visit, inspector, 10)
    field, url = api_of(inspector), f"{BASE}{visit.pk}/photos/"
    photo = {"client_id": uuid.uuid4(), "photo": SimpleUploadedFile("x.jpg", picture())}
    stored = field.post(url, photo, format="multipart").json()
    assert field.get(stored["url"], headers={"Accept": "image/jpeg"}).status_code == 200
    other = make_visit(riyadh, survey, supervisor)
    put(other, inspector, 14)
    assert field.delete(f"{BASE}{other.pk}/photos/{stored['id']}/").status_code == 404
    assert field.delete(f"{url}{stored['id']}/").status_code == 204
    assert field.get(url).json()["results"] == []
