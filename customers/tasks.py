"""Jobs of customers: ids in, one service called, safe to run twice."""

from typing import Any

from crm_project.kit.jobs import job, sweep

from . import services
from .models import CustomField
from .services.bulk_job import Plan, advance, undo_step
from .services.field_indexes import index_field


@job()
def change_next_customers(*, run_id: int, **plan: Any) -> None:
    """Take the next step of a change of many customers."""
    advance(run_id, Plan(**plan), step=change_next_customers)


@job()
def take_back_last_customers(*, run_id: int) -> None:
    """Take the newest step of a change of many customers back."""
    undo_step(run_id, step=take_back_last_customers)


@job(priority=-10)
def look_for_duplicates_of(*, customer_id: int) -> None:
    """Compare a new or changed customer with all others; a pair is one row."""
    services.look_for_pairs([customer_id])


@job(priority=-10, lock="duplicates")  # one at a time: an import queues hundreds
def look_for_duplicates_among(*, customer_ids: list[int]) -> None:
    """The same for a batch, e.g. a part of a chunk of an import."""
    services.look_for_pairs(customer_ids)


@job(priority=-20)
def index_custom_field(*, field_id: int) -> None:
    """Make ranges of a company's own number or date quick, or drop what made them so."""
    field = CustomField.objects.filter(pk=field_id).first()
    if field is not None:
        index_field(field)


@sweep(seconds=3600)
def forget_removed_files() -> None:
    """Delete files that were taken away from customers long ago."""
    services.forget_removed_files()
