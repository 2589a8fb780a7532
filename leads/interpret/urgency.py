"""How soon the sender needs it: high, normal or low."""

import re

from django.utils import timezone

from .reading import Cues, Reading, because, weight

_SOON = 7  # days: a deadline within a week is urgent (the taxonomy's rule)
_DAY_WORDS = r"(?:يوم|ايام|days?|ayam|ayyam|jours?|dias|gun)"
_DEADLINE = re.compile(
    rf"(?:بعد|خلال|في خلال|غضون|في ظرف|كمان|within|in|ba3d|khelal|5elal|b|sous|"
    rf"dans)\s(?:ال)?(\d{{1,2}})\s?{_DAY_WORDS}\b"
    rf"|\b(\d{{1,2}})\s?{_DAY_WORDS}\s(?:max|maximum|left|remaining|only|بالكثير|كحد اقصي|بس)"
)
_WORDED_DEADLINE = re.compile(
    r"(?:بعد|خلال|في خلال|غضون|within|in)\s"
    r"(?:يومين|ثلاث(?:ه)? ايام|تلات ايام|اربع(?:ه)? ايام|خمس(?:ه)? ايام|ست(?:ه)? ايام|"
    r"سبع(?:ه)? ايام|"
    r"(?:two|three|four|five|six|seven|a couple of|a few) days|(?:الـ)?اسبوع(?!ين)|one week|"
    r"a week)\b"
)
_WEEKDAY = (
    r"(?:السبت|الاحد|الاثنين|الاتنين|الثلاثا|التلات|الاربعا|الاربع|الخميس|الجمعه|"
    r"saturday|sunday|monday|tuesday|wednesday|thursday|friday|el khamis|elkhamis|el gom3a|"
    r"el 7ad|el sabt|el talat|el arba3)"
)
_BY_WEEKDAY = re.compile(
    rf"(?:قبل|لحد|حتي|بحد اقصي|موعد اقصاه|اغلاق العروض|اخر موعد|اقصاه|تسليم|by|before|until|due|"
    rf"deadline|no later than|"
    rf"closing|closes|abl|2abl)\s(?:on\s|يوم\s|نهايه\s|اخر\s|this\s|next\s|yom\s|مساء\s)*{_WEEKDAY}"
)
_NOT_AGO = re.compile(r"(?:ago|منذ|صارلي|بقالي|بقالنا)")
_YEAR = re.compile(r"(?<![\d/#.-])20[2-4]\d(?![\d/#-])")
_CALM_INTENTS = {"spam", "job", "partnership"}


def _deadline(text: str) -> str:
    """Return the words of a deadline within a week, or an empty string."""
    for match in _DEADLINE.finditer(text):
        days = int(match[1] or match[2])
        if days <= _SOON and not _NOT_AGO.match(text[match.end() : match.end() + 8].strip()):
            return match[0]
    for pattern in (_WORDED_DEADLINE, _BY_WEEKDAY):
        if found := pattern.search(text):
            return found[0]
    return ""


def _later_year(text: str) -> str:
    """Return a year named in the text that is still to come, or an empty string."""
    this_year = timezone.localdate().year
    years = [match[0] for match in _YEAR.finditer(text)]
    return next((year for year in years if int(year) > this_year), "")


def read_urgency(cues: Cues, *, intent: str) -> Reading:
    """Return the urgency of the taxonomy; offers, applicants and proposals are never urgent."""
    if intent in _CALM_INTENTS:
        return Reading("normal", 0.8, (because("urgency_calm_intent"),))
    low, high = cues.of("urgency", "low"), cues.of("urgency", "high")
    deadline = _deadline(cues.document.folded.text)
    later = _later_year(cues.document.folded.text)
    if later and not high:
        return Reading("low", 0.8, (because("urgency_later_year", (later,)),))
    if low and weight(low) >= weight(high):
        return Reading("low", 0.9, (because("urgency_low", cues.quote(low)),))
    if high:
        return Reading("high", 0.9, (because("urgency_high", cues.quote(high)),))
    if deadline:
        return Reading("high", 0.85, (because("urgency_deadline", (deadline,)),))
    return Reading("normal", 0.8, (because("urgency_none"),))
