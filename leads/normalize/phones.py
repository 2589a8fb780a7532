"""Phone numbers of the sender: the house's recogniser, and bare local numbers of running text.

The recogniser wants a plus, a trunk zero or a word such as "جوال" before a number. In an enquiry
people of countries without a trunk zero just add "9123 4567": such a number is taken when it is a
valid mobile number of the region and nothing around it says that it is something else.
"""

import re

from crm_project.kit.phones import find_phones as recognise
from crm_project.kit.phones import parse_phone

from .candidate import Candidate
from .document import Document

_BARE = re.compile(r"(?<![\w+.,،/#$€£@=-])\d{2,14}(?:[ -]\d{2,9}){0,4}(?![\w/%$€£@]|[.,]\d|-\w)")
_ANOTHER_NUMBER = re.compile(
    r"(?:order|invoice|contract|account|acct|ref(?:erence)?|serial|ticket|booking|tracking|"
    r"passport|id|vat|p\.?o|sku|"
    r"quotation|quote|rfq|dn|iban|budget|qty|quantity|total|طلب|طلبيه|طلبي|فاتوره|عقد|تعاقد|"
    r"حساب|هويه|اقامه|سجل|تجاري|"
    r"ضريبي|قومي|مرجع|تتبع|شحنه|ايبان|ميزانيه|ميزانيتي|مبلغ|كميه|عدد|شكوي|عرض|امر شرا|تعميد|بلاغ)"
    r"\s?(?:(?:number|no\.?|nr|رقم|رقمها|رقمه)\s?)*[:.=#-]?\s?$"
)
_NO_TRUNK_ZERO = {"KW", "QA", "BH", "OM", "TN"}  # landlines there have no zero in front either
_MOSTLY_ZEROS = re.compile(r"0{5,}$")


def find_phones(document: Document, *, region: str) -> list[Candidate]:
    """Return phones in text order as E.164, each once; doubtful ones with a low confidence."""
    found = [
        _candidate(
            document, phone.e164, phone.start, phone.end, 0.55 if phone.needs_review else 0.97
        )
        for phone in recognise(document.text, region=region)
    ]
    found += _bare(document, region, [(item.start or 0, item.end or 0) for item in found])
    unique: dict[str, Candidate] = {}
    for item in sorted(found, key=lambda item: item.start or 0):
        unique.setdefault(item.value, item)
    return list(unique.values())


def _candidate(document: Document, e164: str, start: int, end: int, confidence: float) -> Candidate:
    raw = document.text[start:end]
    return Candidate("phone", e164, raw, confidence, start, end, "phone-rule", "2")


def _bare(document: Document, region: str, taken: list[tuple[int, int]]) -> list[Candidate]:
    text, found = document.folded.text, []
    followed = {m.start for table in ("units", "currencies") for m in document.found(table)}
    for match in _BARE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        start, end = document.folded.span(*match.span())
        is_something_else = (
            not 7 <= len(digits) <= 14
            or any(start < last and first < end for first, last in taken)
            or _MOSTLY_ZEROS.search(digits)
            or _ANOTHER_NUMBER.search(text[max(0, match.start() - 30) : match.start()])
            or match.end() + 1 in followed
            or match.end() in followed
        )
        phone = None if is_something_else else parse_phone(match[0], region=region)
        if phone is None or (phone.kind != "mobile" and region not in _NO_TRUNK_ZERO):
            continue
        confidence = 0.92 if phone.kind == "mobile" else 0.8
        found.append(_candidate(document, phone.e164, start, end, confidence))
    return found
