"""Looking after the activity log: its end all the time, all of it once a day."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ActivityHead, ActivitySeal
from accounts.services.verification import Verified, verify
from operations.marks import CHAIN, read_mark, write_mark

LOOKED_BACK = 200  # seals before the last look: whoever changes an entry often takes a late one
WHOLE_EVERY = timedelta(days=1)
ASKED_AGAIN = timedelta(hours=1)  # a run that came to nothing


def verify_end() -> None:
    """Verify what was written since the last look, and some entries before it."""
    noted = read_mark(CHAIN)
    known_number, known_hash = noted.get("number", 0), noted.get("hash", "")
    if not known_number:
        return  # the first look is at the whole log
    result = verify(
        known_number=known_number,
        known_hash=known_hash,
        after=_before(known_number - LOOKED_BACK),
    )
    had_problem = noted.get("problem", {}).get("part") == "end"
    if result.finding or had_problem or result.head_number != known_number:
        _note(result, part="end")


def verify_whole() -> None:
    """Verify the log from its first entry, also against the head that was noted last."""
    noted = read_mark(CHAIN)
    result = verify(known_number=noted.get("number", 0), known_hash=noted.get("hash", ""))
    _note(result, part="whole", whole_at=timezone.now().isoformat())


def is_whole_due(now: datetime) -> bool:
    """Tell whether the whole log should be verified now; then it is asked for once an hour."""
    noted = read_mark(CHAIN)
    last, asked = _moment(noted.get("whole_at")), _moment(noted.get("asked_at"))
    if (last and now - last < WHOLE_EVERY) or (asked and now - asked < ASKED_AGAIN):
        return False
    write_mark(CHAIN, {**noted, "asked_at": now.isoformat()})
    return True


def _note(result: Verified, *, part: str, **more: str) -> None:
    """Note the verified head. A problem stays until its own part is found good; so does the head."""
    noted = read_mark(CHAIN)
    problem = noted.pop("problem", None)
    if result.finding:
        found = {"number": result.finding.number, "problem": result.finding.problem, "part": part}
        write_mark(CHAIN, {**noted, **more, "problem": found})
        return
    if problem and problem["part"] == "whole" and part == "end":
        more["problem"] = problem
    write_mark(CHAIN, {**noted, **more, "number": result.head_number, "hash": result.head_hash})


def _before(number: int) -> tuple[int, str]:
    """Return number and hash of a seal, or the chain's beginning where there is none."""
    seal = ActivitySeal.objects.filter(pk=number).first()
    return (seal.number, bytes(seal.hash).hex()) if seal else (0, "")


def head_number() -> int:
    """Return how many entries the log has."""
    return ActivityHead.objects.values_list("number", flat=True).first() or 0


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
