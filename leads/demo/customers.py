"""Customers in bulk: each is made from its number alone, so a second run adds only what lacks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import CompanySettings, User
from accounts.services.numbers import next_numbers
from customers.models import Category, Consent, ContactPoint, Customer, Note, Tag, TimelineEntry
from customers.services.people import CUSTOMER_SEQUENCE, contact_text, name_keys_of
from exchange.copying import copy_rows, draw_ids

from . import names
from .company import HISTORY, Company
from .copying import analyze
from .enquiries import lines

BATCH = 5_000
SEED = 20_261_125
FIRST_ID = UUID("de300000-0000-4000-8000-000000000000")  # + the customer's number
NO_NEWER = timedelta(minutes=7)  # what is newer comes through the enquiries
SOURCES = ("whatsapp", "whatsapp", "web_form", "referral", "walk_in", "email", "marketplace")
CATEGORY_SHARES = (0.05, 0.2, 0.5)  # platinum, gold, silver up to these; the rest is standard
STATUSES = ("active",) * 18 + ("inactive", "inactive", "blocked")
DEALINGS = (
    ("message.in", "استفسر عن موعد الصيانة القادمة"),
    ("message.in", "أرسل موقع المنزل وصور الوحدات"),
    ("message.out", "أرسلنا عرض السعر على الواتساب"),
    ("call", "مكالمة لتأكيد موعد المعاينة"),
    ("call", "لم يرد، نعاود الاتصال غداً"),
    ("email", "وصلت موافقته على عرض السعر"),
    ("lead.assigned", "طلب جديد من نموذج الموقع"),
)
COLUMNS = (
    "id", "code", "kind", "name", "company", "branch", "owner", "category", "status", "source",
    "phone", "email", "city", "address", "language", "contact_text", "name_keys", "version",
    "request_id", "created_by", "created_at", "last_contact_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the customers of one run refer to."""

    company: Company
    owners: dict[str, list[User]]  # by branch code
    categories: list[Category]
    tags: list[Tag]
    prefix: str
    notes: list[str]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Made:
    """One customer to be, with the dice that its dealings go on with."""

    id: int
    code: str
    index: int
    random: Random
    branch: str
    owner: User
    kind: str
    who: names.Somebody
    phones: tuple[str, ...]
    email: str
    created_at: datetime
    last_contact_at: datetime


def count_customers() -> int:
    """Return how many demo customers exist; those that people made do not count."""
    return Customer.objects.filter(
        request_id__gte=FIRST_ID, request_id__lt=UUID(int=FIRST_ID.int + 2**48)
    ).count()


def phone_of(index: int) -> str:
    """Return the phone of the index-th customer, E.164."""
    return names.phone_number(index)


def add_customers(company: Company, wanted: int, *, progress: Callable[[int], None]) -> None:
    """Bring the number of demo customers up to `wanted`; each batch is one transaction."""
    start = count_customers()
    if start >= wanted:
        return
    frame = _frame(company)
    for first in range(start, wanted, BATCH):
        batch = range(first, min(first + BATCH, wanted))
        with transaction.atomic():
            _add_batch(frame, batch)
        progress(len(batch))
    analyze(Customer, ContactPoint, Consent, TimelineEntry)


def _frame(company: Company) -> Frame:
    return Frame(
        company=company,
        owners={code: company.sales_of(code) for code in company.branches},
        categories=list(Category.objects.order_by("position", "pk")),
        tags=list(Tag.objects.order_by("pk")),
        prefix=CompanySettings.current().customer_prefix,
        notes=lines("notes"),
        now=timezone.now(),
    )


def _add_batch(frame: Frame, batch: range) -> None:
    ids = draw_ids(Customer, len(batch))
    numbers = next_numbers(CUSTOMER_SEQUENCE, len(batch))
    made = [
        _make(frame, index, pk, f"{frame.prefix}{number:05d}")
        for index, pk, number in zip(batch, ids, numbers, strict=True)
    ]
    copy_rows(Customer, COLUMNS, (_row(frame, one) for one in made))
    _add_points(made)
    _add_tags(frame, made)
    _add_notes(frame, made)
    columns = ("customer", "at", "kind", "text", "url", "actor", "source")
    copy_rows(TimelineEntry, columns, (row for one in made for row in _dealings(one)))


def _make(frame: Frame, index: int, pk: int, code: str) -> Made:
    random = Random(SEED + index)
    branch = "riyadh" if random.random() < 0.64 else "jeddah"
    kind = "company" if random.random() < 0.22 else "person"
    who = names.pick_company(random) if kind == "company" else names.pick_person(random)
    if kind == "person" and random.random() < 0.1:
        who = names.pick_foreigner(random)
    phones = [phone_of(index)] + [names.phone_number(40_000_000 - index)] * (random.random() < 0.12)
    host = f"{who.latin.split()[0].lower()}.example" if kind == "company" else ""
    has_mail = random.random() < (0.9 if kind == "company" else 0.45)
    created = frame.now - NO_NEWER - HISTORY * (random.random() ** 1.4)
    last = frame.now - NO_NEWER - (frame.now - NO_NEWER - created) * (random.random() ** 2.2)
    return Made(
        id=pk, code=code, index=index, random=random, branch=branch, kind=kind, who=who,
        owner=random.choice(frame.owners[branch]), phones=tuple(phones),
        email=names.mail_address(who.latin, index, host) if has_mail else "",
        created_at=created, last_contact_at=last,
    )  # fmt: skip


def _row(frame: Frame, one: Made) -> tuple[object, ...]:
    random, name = one.random, one.who.name
    if one.kind == "company" and random.random() < 0.2:
        name = one.who.latin
    works_at = ""
    if one.kind == "person" and random.random() < 0.15:
        works_at = names.pick_company(random).name
    roll = random.random()
    category = frame.categories[sum(roll >= share for share in CATEGORY_SHARES)]
    district = random.choice(names.DISTRICTS[one.branch])
    emails = (one.email,) if one.email else ()
    is_english = name.isascii()
    return (
        one.id, one.code, one.kind, name, works_at, frame.company.branches[one.branch].pk,
        one.owner.pk, category.pk, random.choice(STATUSES), random.choice(SOURCES), one.phones[0],
        one.email, random.choice(names.CITIES[one.branch]), f"حي {district}",
        "en" if is_english else "ar", contact_text(one.phones, emails),
        _keys(one.kind, name, works_at), 1, UUID(int=FIRST_ID.int + one.index), one.owner.pk,
        one.created_at, one.last_contact_at,
    )  # fmt: skip


@lru_cache(maxsize=50_000)
def _keys(kind: str, name: str, company: str) -> list[str]:
    return name_keys_of(kind, name, company)


def _add_points(made: list[Made]) -> None:
    """Contact points, and what was agreed about most first phones."""
    wanted = [(one, point) for one in made for point in _points(one)]
    ids = draw_ids(ContactPoint, len(wanted))
    columns = (
        "id", "customer", "kind", "value", "raw", "label", "is_primary", "has_whatsapp",
        "created_at",
    )  # fmt: skip
    copy_rows(
        ContactPoint,
        columns,
        (
            (pk, one.id, *point, one.created_at)
            for pk, (one, point) in zip(ids, wanted, strict=True)
        ),
    )
    firsts = [
        (one, pk)
        for pk, (one, point) in zip(ids, wanted, strict=True)
        if point[0] == "phone" and point[4]
    ]
    consent_columns = (
        "customer", "point", "purpose", "is_granted", "source", "evidence", "at", "recorded_by",
    )  # fmt: skip
    copy_rows(Consent, consent_columns, (row for one, pk in firsts for row in _consents(one, pk)))


def _points(one: Made) -> Iterator[tuple[str, str, str, str, bool, bool]]:
    """Kind, value, as written, label, primary, on WhatsApp."""
    for place, phone in enumerate(one.phones):
        label = "جوال آخر" if place else ""
        raw = names.local_phone(phone)
        yield "phone", phone, raw, label, place == 0, one.random.random() < 0.8
    if one.email:
        yield "email", one.email, one.email, "", True, False


def _consents(one: Made, point_id: int) -> Iterator[tuple[object, ...]]:
    roll = one.random.random()
    source, evidence = "نموذج الموقع", "وافق عند إرسال الطلب"
    if roll < 0.75:
        yield (
            one.id, point_id, "transactional", True, source, evidence, one.created_at, one.owner.pk,
        )  # fmt: skip
    if roll < 0.4:
        is_granted = roll > 0.05
        source = "واتساب" if is_granted else "مكالمة"
        said = "كتب: أوافق على استقبال العروض" if is_granted else "طلب إيقاف العروض"
        at = one.last_contact_at
        yield one.id, point_id, "marketing", is_granted, source, said, at, one.owner.pk


def _add_tags(frame: Frame, made: list[Made]) -> None:
    rows = [
        (one.id, tag.pk)
        for one in made
        for tag in one.random.sample(frame.tags, one.random.choice((0, 0, 1, 1, 2, 3)))
    ]
    copy_rows(Customer.tags.through, ("customer", "tag"), rows)


def _add_notes(frame: Frame, made: list[Made]) -> None:
    noted = [one for one in made if one.random.random() < 0.14]
    ids = draw_ids(Note, len(noted))
    written = [
        (pk, one, one.random.choice(frame.notes), one.random.random() < 0.2)
        for pk, one in zip(ids, noted, strict=True)
    ]
    copy_rows(
        Note,
        ("id", "customer", "author", "text", "is_pinned", "created_at"),
        (
            (pk, one.id, one.owner.pk, text, is_pinned, one.last_contact_at)
            for pk, one, text, is_pinned in written
        ),
    )
    copy_rows(
        TimelineEntry,
        ("customer", "at", "kind", "text", "url", "actor", "source"),
        (
            (one.id, one.last_contact_at, "note", text, _page(one), one.owner.pk, f"note:{pk}")
            for pk, one, text, _is_pinned in written
        ),
    )


def _page(one: Made) -> str:
    return reverse("customers:detail", args=[one.id])


def _dealings(one: Made) -> Iterator[tuple[object, ...]]:
    """A few lines of history between the first day and the last contact."""
    span = one.last_contact_at - one.created_at
    for place in range(one.random.choice((0, 1, 1, 2, 3))):
        kind, text = one.random.choice(DEALINGS)
        at = one.last_contact_at if place == 0 else one.created_at + span * one.random.random()
        actor = None if kind == "message.in" else one.owner.pk
        yield one.id, at, kind, text, "", actor, f"demo:{place}"
