"""What a replay of saved payloads needs: a form of its own, and what came of it."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping

import structlog
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Branch
from leads.models import LeadMessage, WebForm
from messaging.models import Channel, Signal

from .intake import IntakeFailed, take_in

log = structlog.get_logger(__name__)

NAME = "Replay"
REFERENCE_END = len("web_form:") + 10  # a reference is the beginning of a form signal's key
INTAKE_TASK = "leads.tasks.open_leads_from_messages"
PAUSE = 0.3  # seconds between two looks


def form_for_replay() -> WebForm:
    """Return the signed form that replays use, so that no rate limit holds them up."""
    known = WebForm.objects.open().filter(name=NAME, secret__isnull=False).first()
    if known:
        return known
    branch = Branch.objects.active().order_by("pk").first()
    if branch is None:
        raise LookupError("no branch exists yet: create one before taking messages in")
    channel, _is_new = Channel.objects.get_or_create(
        kind="web_form", external_id="replay", defaults={"name": NAME, "branch": branch}
    )
    return WebForm.objects.create(
        name=NAME,
        branch=channel.branch,
        channel=channel,
        title_ar="إعادة إرسال",
        title_en=NAME,
        secret=secrets.token_urlsafe(32),
    )


def signals_of(keys: Iterable[str]) -> QuerySet[Signal]:
    """Return the signals with these keys, or with these beginnings of web form keys."""
    keys = list(keys)
    rows = Signal.objects.annotate(start=Left("key", REFERENCE_END))
    return rows.filter(Q(key__in=keys) | Q(start__in=keys))


def leads_made(keys: Iterable[str]) -> int:
    """Return how many leads the signals opened."""
    return LeadMessage.objects.filter(message__signal__in=signals_of(keys), is_first=True).count()


def wait_until_read(keys: Mapping[str, set[str]], *, seconds: float) -> bool:
    """Wait until every signal was read and its leads were made; False when time is up."""
    wanted = signals_of(key for found in keys.values() for key in found)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        is_busy = ProcrastinateJob.objects.filter(
            task_name=INTAKE_TASK, status__in=("todo", "doing")
        ).exists()
        if not is_busy and not wanted.filter(status=Signal.Status.PENDING).exists():
            return True
        time.sleep(PAUSE)
    return False


def read_now(readers: Iterable[Callable[[], None]]) -> None:
    """Read the waiting signals and make their leads here; a worker finds nothing to do."""
    for read in readers:
        read()
    jobs = ProcrastinateJob.objects.filter(task_name=INTAKE_TASK, status="todo").order_by("id")
    for arguments in jobs.values_list("args", flat=True):
        try:
            take_in(arguments["message_ids"])
        except IntakeFailed as failed:
            log.warning("replay_made_no_lead", error=str(failed))
