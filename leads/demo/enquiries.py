"""What people write to the demo company, with their names, places and amounts filled in."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from . import names

DATA = Path(__file__).parent / "data"
KUNYAS = ("راكان", "فيصل", "عبدالله", "سعد", "تركي", "خالد", "نواف")
BUDGETS = (8_000, 12_500, 18_000, 20_000, 35_000, 60_000, 90_000, 150_000, 240_000)  # SAR
EASTERN_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Template:
    """A text with slots, and what kind of sender writes it on which channel."""

    channel: str
    who: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: the name as they give it, the way they are reached, where they live."""

    name: str
    latin: str
    phone: str  # E.164
    email: str
    company: str
    branch: str  # code
    district: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """One enquiry as it leaves its sender."""

    template: Template
    sender: Sender
    subject: str
    text: str


def lines(name: str) -> list[str]:
    """Return the texts of a file of the demo's words, without its remarks."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def templates() -> list[Template]:
    """Return every enquiry, in the order of the file."""
    return [_template(line) for line in lines("enquiries")]


def _template(line: str) -> Template:
    channel, who, text = (part.strip() for part in line.split("|", 2))
    subject, has_subject, body = text.partition(" :: ")
    body = body if has_subject else subject
    is_mail = channel == "email"
    return Template(
        channel, who, subject if has_subject else "", body.replace("/", "\n") if is_mail else body
    )


def write(template: Template, branch: str, index: int, random: Random) -> Written:
    """Return the enquiry with an invented sender; the same index and random make the same."""
    sender = _sender(template.who, branch, index, random)
    return fill(template, sender, random)


def fill(template: Template, sender: Sender, random: Random) -> Written:
    """Return the enquiry as this sender writes it."""
    arabic_city, latin_city = names.CITY_NAMES[sender.branch]
    is_latin = template.who == "l"
    count, budget = str(random.choice((2, 3, 4, 5, 6, 8, 10, 12, 24, 40))), random.choice(BUDGETS)
    slots = {
        "name": sender.name,
        "first": sender.name.split()[0],
        "latin": sender.latin,
        "phone": _as_written(sender.phone, random, is_latin=is_latin),
        "email": sender.email,
        "company": sender.company,
        "city": arabic_city,
        "en_city": latin_city,
        "district": sender.district,
        "en_district": random.choice(names.LATIN_DISTRICTS[sender.branch]),
        "n": count if is_latin or random.random() < 0.6 else count.translate(EASTERN_DIGITS),
        "budget": f"{budget:,}",
    }
    text = template.text.format_map(slots)
    subject = template.subject.format_map(slots)
    return Written(template=template, sender=sender, subject=subject, text=text)


def _sender(who: str, branch: str, index: int, random: Random) -> Sender:
    person, company = _person(who, random), names.pick_company(random)
    is_latin = who == "l"
    return Sender(
        name=person.latin if is_latin else person.name,
        latin=person.latin,
        phone=names.phone_number(50_000_000 + index),
        email=names.mail_address(person.latin, index),
        company=company.latin if is_latin else company.name,
        branch=branch,
        district=random.choice(names.DISTRICTS[branch]),
    )


def _person(who: str, random: Random) -> names.Somebody:
    if who == "l":
        return names.pick_foreigner(random)
    if who == "k":
        title = "أم" if random.random() < 0.25 else "أبو"
        return names.Somebody(f"{title} {random.choice(KUNYAS)}", "Abu Rakan")
    person = names.pick_person(random)
    while person.is_woman != (who == "w"):
        person = names.pick_person(random)
    return person


def _as_written(phone: str, random: Random, *, is_latin: bool) -> str:
    local = names.local_phone(phone)
    if is_latin:
        return random.choice((phone, f"{phone[:4]} {phone[4:6]} {phone[6:9]} {phone[9:]}"))
    return random.choice((local, local.translate(EASTERN_DIGITS), f"00{phone[1:]}"))
