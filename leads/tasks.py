"""Jobs of leads: ids in, one service called, safe to run twice."""

from django.db import transaction

from crm_project.kit.jobs import RETRY_WAITS, absorb_waiting, job, sweep, wake
from messaging import services as messaging
from messaging.models import Message, Signal

from . import services
from .capture.readers import READERS
from .services.intake import IntakeFailed

RUNS_AT_ONCE = 40  # of intake, absorbed by one run


@job(queue="intake", priority=10, lock="leads-intake")
def open_leads_from_messages(*, message_ids: list[int]) -> None:
    """Give new messages their leads; those that break it are tried again by themselves.

    It takes the messages of the runs that wait behind it over: under load few large batches, not
    many small ones. It never waits for a retry: it has the lock, everybody would wait too.
    """
    with transaction.atomic():
        waiting = absorb_waiting(open_leads_from_messages, limit=RUNS_AT_ONCE)
        others = [number for arguments in waiting for number in arguments["message_ids"]]
        _take_in([*message_ids, *others], tries=1)


@job(queue="intake", priority=10)
def take_in_again(*, message_ids: list[int], tries: int) -> None:
    """Try messages once more that broke the intake; after the last try a person is told."""
    _take_in(message_ids, tries=tries)


def _take_in(message_ids: list[int], *, tries: int) -> None:
    try:
        services.take_in(message_ids)
    except IntakeFailed as failed:
        if tries > len(RETRY_WAITS):
            _hand_to_a_person(failed)
            return
        later = take_in_again.configure(schedule_in={"seconds": RETRY_WAITS[tries - 1]})
        later.defer(message_ids=list(failed.failures), tries=tries + 1)


@transaction.atomic
def _hand_to_a_person(failed: IntakeFailed) -> None:
    """Mark the signals of the messages as failed, each once; a retry takes them in again."""
    messages = Message.objects.filter(pk__in=failed.failures, signal__isnull=False)
    causes = {
        message.signal_id: failed.failures[message.pk] for message in messages.only("signal_id")
    }
    for signal in Signal.objects.select_for_update().filter(pk__in=causes).order_by("pk"):
        signal.attempts = len(RETRY_WAITS)
        messaging.give_up(signal, repr(causes[signal.pk]))


@job(queue="llm")
def ask_language_model(*, lead_id: int) -> None:
    """Let a configured language model add candidates to a lead's fields, once."""
    services.add_model_candidates(lead_id)


@job()
def release_leads_of(*, user_id: int) -> None:
    """Route the open leads of a colleague who left to those who are there."""
    services.release_leads_of(user_id)


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
