"""A submit that comes twice, by double click or by a repeated call, happens once."""

from typing import Any
from uuid import UUID

from django.db import models

from crm_project.kit.locks import wait_for_turn


def earlier(model: type[models.Model], request_id: UUID) -> Any:
    """Return what an earlier submit with this id made, or None; a rival with the id waits.

    Call it inside the transaction that makes the record.
    """
    wait_for_turn(f"{model._meta.label_lower}:{request_id}")
    return model._default_manager.filter(request_id=request_id).first()
