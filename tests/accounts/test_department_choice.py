"""Departments of two branches that share a name can be told apart where one is chosen."""

import re
from typing import Any

from accounts.models import Department


def test_who_invites_sees_of_which_branch_each_department_is(
    client_of: Any, manager: Any, riyadh: Any, jeddah: Any
) -> None:
    for branch in (riyadh, jeddah):
        Department.objects.create(branch=branch, name_ar="المبيعات", name_en="Sales")
    manager.language = "en"
    manager.save()
    body = client_of(manager).get("/users/new/").content.decode()
    offered = re.findall(r">(Sales[^<]*)<", body)
    assert [label for label in offered if label != "Sales"] == ["Sales · Jeddah", "Sales · Riyadh"]
