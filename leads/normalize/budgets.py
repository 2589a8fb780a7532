"""The money a customer says they have. A price quoted, paid or asked about is not a budget."""

import re
from dataclasses import dataclass

from .candidate import Candidate
from .context import Context
from .currencies import OF_REGION, currency_of
from .folding import fold
from .lexicon import word_set
from .numbers import Number

_RANGE = {
    "الي",
    "ل",
    "لـ",
    "لحد",
    "حتي",
    "to",
    "till",
    "until",
    "and",
    "و",
    "او",
    "or",
    "ila",
    "le",
    "la",
    "لغايه",
    "a",
}
_NOT_MONEY_AFTER = {
    "نفر", "شخص", "ضيف", "طالب", "زبون", "عميل", "متابع", "مشترك", "عضو", "موظف", "نسخه", "مشاهده",
    "people", "guests", "students", "followers", "subscribers", "members", "customers", "views",
}  # fmt: skip
_NUMBERED = re.compile(r"(?:رقم\w*|\bno\.?|\bnumber|\bref|\border|\binvoice)\W{0,3}$")
_THRESHOLD = 2.0
_DEAR = {"KWD", "BHD", "OMR", "JOD", "GBP", "EUR", "USD", "LYD"}  # a hundred of them is money
_POINTS_BACK = re.compile(
    r"\b(?:[بفل]?هذا المبلغ|المبلغ (?:ده|دا|هذا|هاد|اللي قلت\w*)|[بف]?هال ?مبلغ|[بف]?المبلغ ده|"
    r"(?:within|for|in|with|on) (?:this|that) (?:amount|sum|money|figure|budget)|"
    r"el mabla[8g]h? (?:da|dah|hada))\b"
)
_FOR = re.compile(
    r"\s*\W?\s?(?:for (?:the |my |our |a |an |all )?|لل|ل(?=\w{3})|عل?شان (?:ال)?|مشان |حق )"
)

_WANTS = word_set("products.wants")
_OFFERED = re.compile(  # "a wardrobe for 9k", "beds from 8 to 12 thousand"
    r"\b(?:ب|be?|for|(?:من|from|between|men|mn) ?\d[\d.,]*k?(?: ?(?:الف|alf))? ?(?:-|ل|الي|لحد|to|and|le?))"
    r" ?$"
)


@dataclass(frozen=True, slots=True)
class _Amount:
    number: Number
    code: str | None
    start: int
    end: int
    score: float


def _is_purpose(word: str, term: str) -> bool:
    """Whether a thing is what the money is for, not what is counted: "200,000 for the kitchen"."""
    return word.startswith("لل") or (word.startswith("ل") and not fold(term).startswith("ل"))


def _is_countable(context: Context, number: Number) -> bool:
    """Whether a unit or a counted thing follows: then the number is no amount of money."""
    document = context.document
    if number.last >= len(document.words):
        return False
    following = document.words[number.last]
    if document.clause(following.start) != document.clause(number.start):
        return False
    tables = ("units", "products")
    return following.text in _NOT_MONEY_AFTER or any(
        match.first == number.last and not (match.entry.term == "m" and number.value < 1000)
        for table in tables
        for match in document.found(table)
        if (match.row[0] != "kg" or number.multiplier == 1)
        and not _is_purpose(document.words[match.first].text, match.entry.term)
    )


def _millions(context: Context, number: Number) -> Number:
    """Read "1.2M" as millions: the tokeniser sees a bare m, which elsewhere means metres."""
    words = context.document.words
    if number.last < len(words) and number.value < 1000 and number.multiplier == 1:
        word = words[number.last]
        money = currency_of(context, number, [])
        reach = 1 if money and money[2] <= number.start else 0  # "EGP 3.2 M"
        is_near = word.start - number.end <= reach
        if context.document.raw(word.start, word.end) == "M" and is_near:
            return Number(
                number.value * 1e6, number.start, word.end, number.first, number.last + 1, 10**6
            )
    return number


def _closes_range(context: Context, number: Number) -> bool:
    """Whether "-" joins a number to a smaller one of its size: "5k-7k", but not "QT-551"."""
    text = context.document.folded.text
    low = next((n for n in context.numbers if n.end == number.start - 1), None)
    if low is None or text[low.end] != "-" or text[max(0, low.start - 1)] in "-/":
        return False
    return low.value < number.value and number.value <= low.value * 20 * number.multiplier


def _is_excluded(context: Context, number: Number, *, is_money: bool) -> bool:
    text = context.document.folded.text
    before, after = text[max(0, number.start - 1) : number.start], text[number.end : number.end + 2]
    is_joined = before in {"-", "#", "/"} and text[max(0, number.start - 2)].isalnum()
    return (
        (not is_money and context.sizes.holds(number.start, number.end))
        or "%" in after
        or (is_joined and not _closes_range(context, number))
        or (before.isalpha() and before.isascii())
        or bool(_NUMBERED.search(text[max(0, number.start - 12) : number.start]))
    )


def _has_purpose(context: Context, end: int) -> bool:
    """Whether what the money is for follows it: "25,000 for the curtains"."""
    place = _FOR.match(context.document.folded.text, end)
    return place is not None and any(
        abs(match.start - place.end()) <= 2 for match in context.document.found("products")
    )


def _is_wished_for(context: Context, number: Number) -> bool:
    """Whether thousands stand where the sender says what a wanted thing may cost."""
    document = context.document
    text, clause = document.folded.text, document.clause(number.start)
    return (
        number.multiplier > 1
        and (text[number.start].isdigit() or number.last - number.first > 1)  # "blackout": no lakh
        and bool(_OFFERED.search(text[max(0, number.start - 30) : number.start]))
        and any(w.text in _WANTS for w in document.words if document.clause(w.start) == clause)
        and any(document.clause(match.start) == clause for match in document.found("products"))
    )


def _score(context: Context, number: Number, currency: tuple[str, int, int] | None) -> float:
    def near(kind: str, before: int, after: int) -> int | None:
        return context.cue_distance(kind, number.first, number.last, before=before, after=after)

    code, _start, end = currency or ("", 0, number.end)
    is_large = number.multiplier > 1 or number.value >= (100 if code in _DEAR else 1000)
    score = (1.5 if code else 0.0) + (0.5 if is_large else 0.0)
    score += 1.0 if _has_purpose(context, max(end, number.end)) else 0.0
    score += 1.6 if _is_wished_for(context, number) else 0.0
    strong, weak, against = near("budget", 7, 4), near("maybe", 4, 4), near("notbudget", 6, 4)
    if strong is not None:
        score += 3.0 - 0.1 * strong
    elif weak is not None:
        score += 1.7 - 0.1 * weak
    if strong is None and _POINTS_BACK.search(context.document.folded.text):
        score += 2.5
    if strong is None and near("price", 3, -1) is not None:
        score -= 3.0
    if against is not None and (strong is None or against < strong):
        score -= 3.0
    return score


def _amount(context: Context, number: Number, countries: list[str]) -> _Amount | None:
    number = _millions(context, number)
    currency = currency_of(context, number, countries)
    is_money = currency is not None and number.multiplier > 1  # "130 m for 40 thousand pounds"
    if number.value <= 0 or _is_excluded(context, number, is_money=is_money):
        return None
    if currency is None and (number.value < 50 or _is_countable(context, number)):
        return None
    score = _score(context, number, currency)
    code, start, end = currency or (None, number.start, number.end)
    return _Amount(number, code, min(start, number.start), max(end, number.end), score)


def _lower_bound(context: Context, amount: _Amount) -> Number | None:
    """Return the number that opens a range which `amount` closes."""
    document = context.document
    before = [n for n in context.numbers if n.last <= amount.number.first]
    if not before:
        return None
    low = before[-1]
    gap = document.folded.text[low.end : amount.start].strip(" -–—/")
    words = [w.text for w in document.words[low.last : amount.number.first]]
    money = {m.first for m in document.found("currencies")}
    links = [w for i, w in enumerate(words, low.last) if i not in money]
    is_between = low.first > 0 and document.words[low.first - 1].text in {"بين", "between"}
    is_dashed = not gap and bool(document.folded.text[low.end : amount.start].strip())
    is_linked = len(links) == 1 and links[0] in _RANGE
    is_range = is_dashed or is_linked or (is_between and gap == "و")
    value = low.value
    if low.multiplier == 1 and amount.number.multiplier > 1 and value * 100 < amount.number.value:
        value *= amount.number.multiplier
    if not is_range or not 0 < value < amount.number.value or value * 20 < amount.number.value:
        return None
    return Number(value, low.start, low.end, low.first, low.last, low.multiplier)


def _ranged(
    amount: _Amount, low: Number | None, known: list[_Amount]
) -> tuple[_Amount, Number | None]:
    """The two ends of a range are one statement: a currency or cue beside either counts."""
    first = next((other for other in known if low and other.number.first == low.first), None)
    if first is None:
        return amount, low
    score = max(amount.score, first.score + 0.1)
    return _Amount(amount.number, amount.code or first.code, amount.start, amount.end, score), low


def find_budget(context: Context, countries: list[str]) -> list[Candidate]:
    """Return the budget as a candidate `{amount, min, currency, stated}`, or nothing.

    Amounts in full units. For a range `amount` is the upper bound and `min` the lower one.
    Without a currency word the region's money is meant and `stated` is False.
    """
    amounts = [_amount(context, number, countries) for number in context.numbers]
    known = [amount for amount in amounts if amount is not None]
    ranged = [_ranged(amount, _lower_bound(context, amount), known) for amount in known]
    scored = [
        (amount.score + (1.0 if low else 0.0), amount, low)
        for amount, low in ranged
        if amount.score + (1.0 if low and amount.score > 0.5 else 0.0) >= _THRESHOLD
    ]
    if not scored:
        return []
    score, amount, low = max(scored, key=lambda item: (item[0], item[1].start))
    start = low.start if low else amount.start
    context.money.pairs.append((start, amount.end))
    value = {
        "amount": amount.number.plain,
        "min": low.plain if low else None,
        "currency": amount.code or OF_REGION.get(context.region),
        "stated": amount.code is not None,
    }
    confidence = min(0.97, 0.5 + 0.1 * score)
    return [
        context.document.candidate("budget", value, start, amount.end, confidence, "budget-rule")
    ]
