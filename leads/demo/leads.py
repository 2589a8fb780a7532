"""Enquiries that go the whole way: raw signal, message, lead, and what colleagues made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from leads.capture import readers as form_readers
from leads.models import Lead, LeadMessage
from leads.services import take_in
from messaging import readers
from messaging.models import Channel, Message, Signal
from messaging.services import store_messages

from .clock import moved_clock
from .company import Company
from .customers import SEED
from .enquiries import Written, lines
from .payloads import signal_keys, signal_of
from .senders import Cast, enquiry, gather
from .settling import Traces, settle
from .timetable import arrivals
from .work import Step, do_step, plan

READERS = {**readers.READERS, **form_readers.READERS}
THROUGH_THE_PIPELINE = 140
TOGETHER = timedelta(minutes=5)  # enquiries this close are taken in at once, as on a busy day


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One signal on its way in."""

    key: str
    written: Written
    channel: Channel
    at: datetime
    follows: str = ""  # key of the enquiry that this is a further message of


def key_of(index: int) -> str:
    """Return the id that the provider gave to the index-th enquiry."""
    return f"demo-{index:06d}"


def known_enquiries(count: int) -> set[str]:
    """Return the keys of the demo's enquiries that came in before."""
    keys = {name: key for key in map(key_of, range(count)) for name in signal_keys(key)}
    return {keys[row] for row in Signal.objects.filter(key__in=keys).values_list("key", flat=True)}


def add_enquiries(company: Company, wanted: int, *, progress: Callable[[int], None]) -> None:
    """Bring the enquiries up to `wanted`, in one transaction: all of the demo's past or none."""
    known = known_enquiries(wanted)
    missing = [index for index in range(wanted) if key_of(index) not in known]
    if not missing:
        return
    now = timezone.now()
    times = arrivals(len(missing), Random(SEED), now=now)
    cast = gather(company)
    with transaction.atomic(), moved_clock() as clock:
        traces = Traces.before()
        leads: dict[str, int] = {}
        for moment in _moments(cast, missing, times, now):
            clock.at = moment.at
            moment.happen(company, leads, now)
            progress(len(moment.arrivals))
        settle(traces, now=now)


@dataclass(kw_only=True)
class Moment:
    """What happens at one time: enquiries come in, or somebody does a step with a lead."""

    at: datetime
    arrivals: list[Arrival]
    step: Step | None = None

    def happen(self, company: Company, leads: dict[str, int], now: datetime) -> None:
        """Let it happen now, by the moved clock; `leads` learns which lead an enquiry became."""
        coming = [one for one in self.arrivals if not one.follows or _is_open(leads, one.follows)]
        if coming:
            leads |= _arrive(coming)
        if self.step and self.step.key in leads:
            do_step(self.step, company, lead_id=leads[self.step.key], now=now)


def _moments(cast: Cast, missing: list[int], times: list[datetime], now: datetime) -> list[Moment]:
    moments = []
    for index, at in zip(missing, times, strict=True):
        written, channel = enquiry(cast, index)
        coming = Arrival(key=key_of(index), written=written, channel=channel, at=at)
        moments.append(Moment(at=at, arrivals=[coming]))
        random = Random(SEED * 5 + index)
        moments += [
            Moment(at=step.at, arrivals=[], step=step)
            for step in plan(coming.key, at, random, now=now)
        ]
        if channel.kind == "whatsapp" and random.random() < 0.14:
            moments += _follow_up(coming, random, now)
    return _grouped(sorted(moments, key=lambda moment: moment.at))


def _follow_up(first: Arrival, random: Random, now: datetime) -> list[Moment]:
    """A further message of the same person, where it is not in the future."""
    at = first.at + timedelta(minutes=random.randint(6, 300))
    if at > now:
        return []
    text = random.choice(lines("follow_ups"))
    written = Written(
        template=first.written.template, sender=first.written.sender, subject="", text=text
    )
    more = Arrival(
        key=f"{first.key}-more", written=written, channel=first.channel, at=at, follows=first.key
    )
    return [Moment(at=at, arrivals=[more])]


def _grouped(moments: list[Moment]) -> list[Moment]:
    """Join arrivals of a few minutes, as intake does; a step waits for the arrival of its lead."""
    grouped: list[Moment] = []
    coming: Moment | None = None
    for moment in moments:
        if coming and _ends(coming, moment):
            grouped.append(coming)
            coming = None
        if moment.step:
            grouped.append(moment)
        elif coming:
            coming.arrivals += moment.arrivals
            coming.at = moment.at
        else:
            coming = moment
    return [*grouped, *([coming] if coming else [])]


def _ends(coming: Moment, moment: Moment) -> bool:
    if moment.step:
        return moment.step.key in {one.key for one in coming.arrivals}
    return moment.at - coming.arrivals[0].at > TOGETHER


def _is_open(leads: dict[str, int], key: str) -> bool:
    return Lead.objects.open().filter(pk=leads.get(key)).exists()


def _arrive(arrivals: list[Arrival]) -> dict[str, int]:
    """Keep the signals, read them as the doors' readers do, and give the messages their leads.

    Returns the lead of each enquiry's key.
    """
    signals = Signal.objects.bulk_create(
        signal_of(one.written, key=one.key, channel=one.channel, at=one.at) for one in arrivals
    )
    contents = [READERS[signal.channel](signal) for signal in signals]
    for signal, content in zip(signals, contents, strict=True):
        signal.kinds = sorted(set(content.kinds))
    Signal.objects.bulk_update(signals, ["kinds"])
    messages: list[Message] = store_messages(
        [message for content in contents for message in content.messages]
    )
    take_in([message.pk for message in messages])
    links = LeadMessage.objects.filter(message__in=messages)
    by_signal = dict(links.values_list("message__signal", "lead"))
    keys = {signal.pk: one.key for signal, one in zip(signals, arrivals, strict=True)}
    return {keys[signal]: lead for signal, lead in by_signal.items()}
