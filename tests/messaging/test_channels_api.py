"""Channels and conversations by API: read only, masked, and no secret in them."""

from typing import Any

import pytest

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
    assert api_of(manager).post(f"{V1}channels/", {}).status_code == 405


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
