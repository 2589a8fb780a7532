"""Jobs of leads: ids in, one service called, safe to run twice."""

from typing import Any

from django.db import transaction

from crm_project.kit.jobs import RETRY_WAITS, job, sweep, wake
from messaging import services as messaging
from messaging.models import Message, Signal

from . import services
from .capture.readers import READERS
from .services.intake import IntakeFailed


@job(queue="intake", priority=10, lock="leads-intake", wants_context=True)
def open_leads_from_messages(context: Any, *, message_ids: list[int]) -> None:
    """Give new messages their leads; after the last try a person is told about the rest."""
    try:
        services.take_in(message_ids)
    except IntakeFailed as failed:
        if context.job.attempts < len(RETRY_WAITS):
            raise
        _hand_to_a_person(failed)


@transaction.atomic
def _hand_to_a_person(failed: IntakeFailed) -> None:
    for number, error in failed.failures.items():
        message = Message.objects.select_related("signal").filter(pk=number).first()
        if message and message.signal:
            message.signal.attempts = len(RETRY_WAITS)
            messaging.give_up(message.signal, repr(error))


@job(queue="llm")
def ask_language_model(*, lead_id: int) -> None:
    """Let a configured language model add candidates to a lead's fields, once."""
    services.add_model_candidates(lead_id)


@job(queue="intake", priority=10)
def drain_form_signals() -> None:
    """Read every waiting form submission."""
    messaging.drain(READERS)


@sweep(seconds=1)
def wake_reader_of_waiting_forms() -> None:
    """Heal a lost wake-up."""
    if Signal.objects.due().filter(channel__in=READERS).exists():
        wake(drain_form_signals)


@sweep(seconds=20)
def wake_leads_whose_time_has_come() -> None:
    """End snoozes."""
    services.wake_snoozed_leads()
