"""Imports by API: the same steps, the same refusals, the same walls."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Customer
from exchange.models import Batch
from tests.exchange.conftest import uploaded

CONTENT = "Name,Mobile\nنورة,0551234567\nBad,12\n".encode()
URL = "/api/v1/imports/"


@pytest.fixture
def api(api_of, supervisor):
    return api_of(supervisor)


def send(api, content=CONTENT, **more):
    headers = more.pop("headers", {})
    data = {"resource": "customers", "file": SimpleUploadedFile("people.csv", content), **more}
    return api.post(URL, data, format="multipart", headers=headers)


def test_a_file_goes_the_whole_way(api, run_jobs):
    made = send(api)
    assert made.status_code == 201
    address = f"{URL}{made.data['id']}/"
    assert [one["field"] for one in made.data["proposal"]] == ["name", "phone"]
    mapping = {str(one["position"]): one["field"] for one in made.data["proposal"]}
    chosen = api.put(f"{address}mapping/", {"mapping": mapping, "options": {"date_order": "dmy"}})
    assert chosen.status_code == 200
    assert api.post(f"{address}check/").status_code == 202
    run_jobs()
    tried = api.get(address).data
    assert (tried["status"], tried["created_count"], tried["failed_count"]) == ("checked", 1, 1)
    english = {"Accept-Language": "en"}
    (error,) = api.get(f"{address}errors/", headers=english).data["results"]
    assert (error["row"], error["code"], error["value"]) == (2, "phone_too_short", "12")
    assert "too few digits" in error["sentence"]
    failed = b"".join(api.get(f"{address}failed-rows/").streaming_content).decode("utf-8-sig")
    assert failed.splitlines()[1].startswith("Bad,12,")
    assert api.post(f"{address}import/").status_code == 202
    run_jobs()
    assert Customer.objects.get().name == "نورة"
    assert api.post(f"{address}undo/").status_code == 202
    run_jobs()
    assert api.get(address).data["status"] == "undone"
    assert Customer.objects.count() == 0
    assert [one["id"] for one in api.get(URL).data["results"]] == [made.data["id"]]


def test_errors_come_in_pages(api, run_jobs):
    made = send(api, b"Name,Mobile\n" + b"A,12\n" * 5)
    address = f"{URL}{made.data['id']}/"
    api.put(f"{address}mapping/", {"mapping": {"0": "name", "1": "phone"}})
    api.post(f"{address}check/")
    run_jobs()
    first = api.get(f"{address}errors/", {"page_size": 2}).data
    second = api.get(first["next"]).data
    assert [one["row"] for one in first["results"] + second["results"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mapping": []},
        {"mapping": {"x": "name"}},
        {"mapping": {"0": "name"}, "on_duplicate": "eat"},
        {"mapping": {"0": "name"}, "reading": {"encoding": "zip"}},
        {"mapping": {"0": "name"}, "surprise": 1},
    ],
)
def test_a_malformed_choice_is_refused(body, api):
    made = send(api)
    assert api.put(f"{URL}{made.data['id']}/mapping/", body).status_code == 400


@pytest.mark.parametrize("mapping", [{"0": "name", "1": "name"}, {"0": "nothing"}, {"9": "name"}])
def test_a_choice_that_cannot_be_is_refused(mapping, api):
    made = send(api)
    answer = api.put(f"{URL}{made.data['id']}/mapping/", {"mapping": mapping})
    assert (answer.status_code, answer.data["code"]) == (422, "mapping_incomplete")


def test_a_file_that_is_no_table_is_refused(api):
    assert send(api, b"\xff\xd8\xff\xe0" * 99).data["code"] == "unreadable_file"
    assert send(api, resource="surprise").status_code == 400
    assert api.post(URL, {"resource": "customers"}, format="multipart").status_code == 400
    assert api.post(URL, {"resource": "customers"}).status_code == 415
    assert Batch.objects.count() == 0


def test_a_repeated_upload_with_its_key_is_one(api):
    headers = {"Idempotency-Key": "once"}
    codes = [send(api, headers=headers).status_code for _time in range(2)]
    assert codes == [201, 201]
    assert Batch.objects.count() == 1


def test_imports_of_others_are_not_there(api_of, supervisor, sales, riyadh, jeddah):
    from accounts.roles import RoleCode
    from tests.factories import make_user

    batch = uploaded(supervisor, riyadh, CONTENT)
    stranger = api_of(make_user(RoleCode.SUPERVISOR, jeddah))
    address = f"{URL}{batch.pk}/"
    for piece in ("", "errors/", "failed-rows/"):
        assert stranger.get(address + piece).status_code == 404
    for piece in ("check/", "import/", "undo/", "cancel/"):
        assert stranger.post(address + piece).status_code == 404
    assert stranger.put(f"{address}mapping/", {"mapping": {"0": "name"}}).status_code == 404
    assert stranger.get(URL).data["results"] == []
    assert api_of(sales).get(URL).status_code == 403
    assert send(api_of(sales)).status_code == 403


def test_steps_out_of_order_are_refused(api):
    made = send(api)
    address = f"{URL}{made.data['id']}/"
    assert api.post(f"{address}import/").data["code"] in ("wrong_state", "mapping_incomplete")
    assert api.post(f"{address}undo/").status_code in (409, 422)
    assert Customer.objects.count() == 0
