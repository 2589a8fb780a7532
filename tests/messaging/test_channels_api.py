"""Channels by API as on their page; conversations read only, masked, and no secret in them."""

from typing import Any

import pytest

from accounts.models import Activity
from messaging.models import Conversation
from tests import factories

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


def test_channels_are_read_by_who_changes_them(
    api_of: Any, manager: Any, supervisor: Any, whatsapp: Any, whatsapp_b: Any
) -> None:
    rows = api_of(manager).get(f"{V1}channels/").json()["results"]
    assert {row["branch_code"] for row in rows} == {"riy", "jed"}
    assert set(rows[0]) == {
        "id", "kind", "name", "branch", "branch_code", "external_id", "address", "is_active",
    }  # fmt: skip
    assert api_of(supervisor).get(f"{V1}channels/").status_code == 403
    assert api_of(supervisor).post(f"{V1}channels/", {}).status_code == 403
    assert api_of(supervisor).patch(f"{V1}channels/{whatsapp.pk}/", {}).status_code == 403


def test_a_mailbox_is_added_and_given_to_another_branch(
    api_of: Any, manager: Any, riyadh: Any, jeddah: Any, whatsapp: Any
) -> None:
    api, url = api_of(manager), f"{V1}channels/"
    body = {
        "kind": "email",
        "external_id": "Sales@Demo.example",
        "name": "Sales",
        "branch": riyadh.pk,
    }
    once = {"Idempotency-Key": "channel-1"}
    made = api.post(url, body, headers=once)
    assert made.status_code == 201, made.content
    assert api.post(url, body, headers=once).json() == made.json()
    assert (made.json()["external_id"], made.json()["is_active"]) == ("sales@demo.example", True)
    taken = api.post(url, body)
    assert (taken.status_code, taken.json()["code"]) == (409, "channel_taken")
    for name, value in {"kind": "web_form", "branch": 987654, "external_id": " "}.items():
        wrong = api.post(url, {**body, "external_id": "other@demo.example", name: value})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, [name])

    one = f"{url}{made.json()['id']}/"
    seen = api.get(one)["ETag"]
    moved = api.patch(one, {"branch": jeddah.pk}, headers={"If-Match": seen})
    assert (moved.json()["branch_code"], moved.json()["name"]) == ("jed", "Sales")
    assert api.patch(one, {"name": "late"}, headers={"If-Match": seen}).status_code == 409
    assert api.patch(one, {"external_id": "x@demo.example"}).status_code == 400
    assert api.patch(one, {"is_active": False}).json()["is_active"] is False
    form = factories.make_channel(riyadh, "web_form")
    assert api.patch(f"{url}{form.pk}/", {"name": "x"}).status_code == 404
    log = Activity.objects.filter(verb="channel.changed").order_by("pk")
    assert [entry.changes for entry in log] == [
        {"branch": ["riy", "jed"]}, {"is_active": ["True", "False"]},
    ]  # fmt: skip


def test_conversations_are_within_reach_filtered_and_masked(
    api_of: Any, supervisor: Any, sales_b: Any, whatsapp: Any, whatsapp_b: Any
) -> None:
    factories.make_message(whatsapp, "أهلاً", phone="+966507712245")
    factories.make_message(whatsapp_b, "أهلاً")
    api = api_of(supervisor)
    (row,) = api.get(f"{V1}conversations/", {"kind": "whatsapp"}).json()["results"]
    assert (row["phone"], row["branch_code"]) == ("+966507712245", "riy")
    assert api.get(f"{V1}conversations/", {"kind": "email"}).json()["results"] == []
    one = api.get(f"{V1}conversations/{row['id']}/")
    assert (
        api.get(one.request["PATH_INFO"], headers={"If-None-Match": one["ETag"]}).status_code == 304
    )
    far = Conversation.objects.get(branch=whatsapp_b.branch)
    assert api.get(f"{V1}conversations/{far.pk}/").status_code == 404
    supervisor.role.hidden_fields = {"customers.phone": "masked"}
    supervisor.role.save()
    assert "507712" not in api_of(supervisor).get(f"{V1}conversations/").content.decode()
