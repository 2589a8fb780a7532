"""New customers by COPY: everything of a chunk in a handful of statements."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import CompanySettings
from accounts.services.numbers import next_numbers
from crm_project.kit.crypto import encrypt
from customers.models import (
    Address,
    Consent,
    ContactPoint,
    Customer,
    CustomField,
    Note,
    Tag,
    TimelineEntry,
)
from customers.services.labels import category_named
from customers.services.people import CUSTOMER_SEQUENCE, contact_text
from exchange.copying import copy_rows, draw_ids
from exchange.resource import Change, Context, Row

from .dealings import consents_of, note_of
from .fields import OLD_NUMBER
from .lookups import Lookups

CUSTOMER = (
    *("id", "code", "kind", "name", "company", "branch", "owner", "category", "status", "source"),
    *("phone", "email", "city", "address", "language", "national_id", "tax_id", "custom"),
    *("contact_text", "name_keys", "version", "last_contact_at", "created_by", "created_at"),
)
POINT = (
    "id",
    "customer",
    "kind",
    "value",
    "raw",
    "label",
    "is_primary",
    "has_whatsapp",
    "created_at",
)
ADDRESS = (
    *("customer", "label", "line", "district", "city", "postal_code", "country", "map_url"),
    *("is_primary", "created_at"),
)
NOTE = ("id", "customer", "author", "text", "is_pinned", "created_at")
LINE = ("customer", "at", "kind", "text", "url", "actor", "source")
CONSENT = (
    *("customer", "point", "purpose", "is_granted", "source", "evidence", "at", "recorded_by"),
)


_TAGS = """
SELECT wanted.name, tag.id FROM unnest(%s::text[]) AS wanted (name)
JOIN customers_tag AS tag ON lower(tag.name) = lower(wanted.name)
"""


def _tags_named(names: Iterable[str]) -> dict[str, int]:
    """The tags of these names, in capitals or not."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, [list(names)])
        return dict(cursor.fetchall())


def prepare(rows: Sequence[Row], context: Context) -> None:
    """Make the tags, categories and the field for old numbers that the rows need."""
    tags: dict[str, int] = context.memory.setdefault("tags", {})
    wanted = {tag for row in rows for tag in row.values.get("tags", ())} - tags.keys()
    if wanted:
        Tag.objects.bulk_create([Tag(name=name) for name in sorted(wanted)], ignore_conflicts=True)
        tags.update(_tags_named(wanted))
    categories = Lookups.of(context).categories
    for row in rows:
        name = row.values.get("new_category")
        if name and row.values["category_id"] is None:
            if categories.get(name) is None:
                categories.add(category_named(name, actor=context.actor).pk, name)
            row.values["category_id"] = categories.get(name)
    if not context.memory.get("has_number_field") and any(row.values.get("number") for row in rows):
        CustomField.objects.get_or_create(
            code=OLD_NUMBER,
            defaults={
                "kind": CustomField.Kind.TEXT,
                "name_ar": "الرقم في النظام السابق",
                "name_en": "Number in the old system",
                "position": 900,
            },
        )
        context.memory["has_number_field"] = True


def create(rows: Sequence[Row], context: Context) -> list[Change]:
    """Write rows that are no customer yet, with all that belongs to them."""
    if not rows:
        return []
    now = timezone.now()
    ids = draw_ids(Customer, len(rows))
    prefix = CompanySettings.current().customer_prefix
    codes = [f"{prefix}{number:05d}" for number in next_numbers(CUSTOMER_SEQUENCE, len(rows))]
    pairs = list(zip(ids, rows, strict=True))
    copy_rows(
        Customer,
        CUSTOMER,
        (
            _customer(pk, code, row.values, context, now)
            for pk, code, row in zip(ids, codes, rows, strict=True)
        ),
    )
    made = _points(pairs, now)
    _addresses(pairs, context, now)
    _tags(pairs, context)
    notes = _notes(pairs, context, now)
    consents = _consents(pairs, made, context, now)
    return [
        Change(
            row=row.number,
            object_id=pk,
            is_new=True,
            before={
                "points": len(made[pk]),
                "notes": int(pk in notes),
                "consents": consents.get(pk, 0),
                "addresses": int(_has_address(row.values)),
            },
        )
        for pk, row in pairs
    ]


def _customer(pk: int, code: str, values: dict[str, Any], context: Context, now: datetime) -> Any:
    phones, emails = tuple(values["phones"]), tuple(values["emails"])
    custom = dict(values["custom"])
    if values.get("number"):
        custom[OLD_NUMBER] = values["number"]
    created = values.get("created_at") or now
    secrets = (values.get("national_id"), values.get("tax_id"))
    return (
        pk,
        code,
        values["kind"],
        values["name"],
        values["company"],
        context.branch.pk,
        values.get("owner_id") or values.get("default_owner_id"),
        values.get("category_id"),
        values.get("status", Customer.Status.ACTIVE.value),
        values.get("source", Customer.Source.IMPORT.value),
        phones[0] if phones else "",
        emails[0] if emails else "",
        values.get("city", ""),
        address_line(values),
        values.get("language", "ar"),
        *(encrypt(secret) if secret else None for secret in secrets),
        json.dumps(custom) if custom else "{}",
        contact_text(phones, emails),
        values["name_keys"],
        1,
        created,
        context.actor.pk,
        created,
    )


def address_line(values: dict[str, Any]) -> str:
    """The address as the customer's row shows it."""
    return ", ".join(filter(None, (values.get("address"), values.get("district"))))[:300]


def _points(pairs: list[tuple[int, Row]], now: datetime) -> dict[int, list[tuple[int, str]]]:
    """Write contact points; return id and kind of each by customer."""
    lines = [
        (customer, kind, value, raw, place == 0)
        for customer, row in pairs
        for kind in ("phone", "email")
        for place, (value, raw) in enumerate(row.values[f"{kind}s"].items())
    ]
    ids = draw_ids(ContactPoint, len(lines)) if lines else []
    made: dict[int, list[tuple[int, str]]] = {customer: [] for customer, _row in pairs}
    for pk, line in zip(ids, lines, strict=True):
        made[line[0]].append((pk, line[1]))
    copy_rows(
        ContactPoint,
        POINT,
        (
            (pk, customer, kind, value, raw[:254], "", is_primary, False, now)
            for pk, (customer, kind, value, raw, is_primary) in zip(ids, lines, strict=True)
        ),
    )
    return made


def _has_address(values: dict[str, Any]) -> bool:
    return bool(values.get("address") or values.get("district"))


def address_of(values: dict[str, Any], country: str) -> dict[str, Any]:
    """The columns of the primary address of a row that has one."""
    return {
        "line": values.get("address") or values.get("district", ""),
        "district": values.get("district", "") if values.get("address") else "",
        "city": values.get("city", ""),
        "postal_code": values.get("postal_code", ""),
        "country": values.get("country") or country,
    }


def _addresses(pairs: list[tuple[int, Row]], context: Context, now: datetime) -> None:
    country = Lookups.of(context).region
    wanted = [(pk, row.values) for pk, row in pairs if _has_address(row.values)]
    if wanted:
        copy_rows(
            Address,
            ADDRESS,
            (
                (pk, "", *address_of(values, country).values(), "", True, now)
                for pk, values in wanted
            ),
        )


def _tags(pairs: list[tuple[int, Row]], context: Context) -> None:
    known = context.memory.get("tags", {})
    through = Customer.tags.through
    links = dict.fromkeys(  # a row may say vip and VIP
        (pk, known[tag]) for pk, row in pairs for tag in row.values.get("tags", ()) if tag in known
    )
    if links:
        copy_rows(through, ("customer", "tag"), links)


def _notes(pairs: list[tuple[int, Row]], context: Context, now: datetime) -> set[int]:
    """Write notes with their lines of the timeline; return the customers that got one."""
    texts = [(pk, text) for pk, row in pairs if (text := note_of(row.values))]
    if not texts:
        return set()
    ids = draw_ids(Note, len(texts))
    author, base = context.actor.pk, reverse("customers:list")
    copy_rows(
        Note,
        NOTE,
        ((note, pk, author, text, False, now) for note, (pk, text) in zip(ids, texts, strict=True)),
    )
    copy_rows(
        TimelineEntry,
        LINE,
        (
            (pk, now, "note", text[:300], f"{base}{pk}/", author, f"note:{note}")
            for note, (pk, text) in zip(ids, texts, strict=True)
        ),
    )
    return {pk for pk, _text in texts}


def _consents(
    pairs: list[tuple[int, Row]], made: dict[int, Any], context: Context, now: datetime
) -> dict[int, int]:
    lines = [
        (pk, point, Consent.Purpose.MARKETING.value, is_granted, "import",
         f"import {context.batch_id}, row {row.number}", now, context.actor.pk)
        for pk, row in pairs
        for point, is_granted in consents_of(row.values, made[pk])
    ]  # fmt: skip
    if lines:
        copy_rows(Consent, CONSENT, lines)
    counts: dict[int, int] = {}
    for line in lines:
        counts[line[0]] = counts.get(line[0], 0) + 1
    return counts
