"""Which rows are customers that exist already: by number, phone, e-mail, or name without either."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from django.db import connection

from crm_project.kit.text import normalise
from customers.matching import THRESHOLD, match_names
from customers.models import ContactPoint, Customer
from customers.permissions import VIEW
from exchange.copying import listed_texts
from exchange.resource import Context, Fault, Row

from .fields import OLD_NUMBER

MOST_NEAR = 300  # rows of a trial whose names are compared with others
MOST_CANDIDATES, MOST_COMPARED = 2_000, 10

BY_NUMBER = """
SELECT given.number, customer.id FROM unnest(%s::text[]) AS given(number)
JOIN customers_customer AS customer
  ON customer.custom @> jsonb_build_object(%s::text, given.number)
WHERE customer.archived_at IS NULL
"""


def find_repeats(rows: Sequence[Row], context: Context) -> None:
    """Fill in `same_as` and `repeats_row` of the good rows, in five queries at most."""
    good = [(row, _keys(row)) for row in rows if row.is_good]
    known = _existing({key for _row, keys in good for key in keys}, context)
    seen: dict[int, int] = context.memory.setdefault("seen", {}) if context.is_trial else {}
    targets: dict[int, int] = {}  # row of this chunk → the record that it is
    for row, keys in good:
        found = list(dict.fromkeys(known[key] for key in keys if key in known))
        if found:
            row.same_as = targets[row.number] = found[0]
            _warn_about_rest(row, found)
        hashes = [crc32(repr(key).encode()) << 32 | hash(key) & 0xFFFFFFFF for key in keys]
        earlier = next((seen[one] for one in hashes if one in seen), None)
        if earlier is not None and row.same_as is None:
            row.repeats_row, row.same_as = earlier, targets.get(earlier)
        for one in hashes:
            seen.setdefault(one, row.number)
    if context.is_trial:
        _warn_about_near_names(rows, context)


def _keys(row: Row) -> list[tuple[str, str]]:
    """What a row is recognised by, the surest first."""
    values = row.values
    keys = [("number", values["number"])] if values.get("number") else []
    keys += [("phone", phone) for phone in values["phones"]]
    keys += [("email", email) for email in values["emails"]]
    return keys or [("name", f"{values['name']}\n{values['company']}")]


def _existing(keys: set[tuple[str, str]], context: Context) -> dict[tuple[str, str], int]:
    """Return the customers that the person sees by key; of several the oldest."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, value in keys:
        by_kind[kind].append(value)
    visible = Customer.objects.visible_to(context.actor, VIEW).open()
    found: dict[tuple[str, str], int] = {}

    def keep(pairs: Iterable[tuple[tuple[str, str], int]]) -> None:
        for key, pk in pairs:
            found[key] = min(pk, found.get(key, pk))

    points = ContactPoint.objects.in_use()
    for kind in ("phone", "email"):
        if by_kind[kind]:
            known = points.filter(
                kind=kind, value__in=listed_texts(by_kind[kind]), customer__in=visible
            )
            keep(((kind, value), pk) for value, pk in known.values_list("value", "customer"))
    if numbers := by_kind["number"]:
        with connection.cursor() as cursor:
            cursor.execute(BY_NUMBER, [numbers, OLD_NUMBER])
            pairs = cursor.fetchall()
        mine = set(
            visible.filter(pk__in=[pk for _number, pk in pairs]).values_list("pk", flat=True)
        )
        keep((("number", number), pk) for number, pk in pairs if pk in mine)
        codes = visible.filter(code__in=listed_texts(numbers)).values_list("code", "pk")
        found.update({("number", code): pk for code, pk in codes})
    if by_kind["name"]:
        names = [value.partition("\n")[0] for value in by_kind["name"]]
        rows = visible.filter(name__in=listed_texts(names), phone="", email="")
        keep(
            (("name", f"{name}\n{company}"), pk)
            for name, company, pk in rows.values_list("name", "company", "pk")
        )
    return found


def _warn_about_rest(row: Row, found: list[int]) -> None:
    if len(found) > 1:
        row.faults.append(Fault(field="", code="matches_several", is_warning=True))


def _warn_about_near_names(rows: Sequence[Row], context: Context) -> None:
    """Say which new names are like one that exists; only for the first rows of a trial."""
    left = context.memory.setdefault("near_left", MOST_NEAR)
    new = [row for row in rows if row.is_good and not row.is_repeated][:left]
    context.memory["near_left"] = left - len(new)
    keys = {key for row in new for key in row.values["name_keys"]}
    if not keys:
        return
    by_key: dict[str, list[Any]] = defaultdict(list)
    visible = Customer.objects.visible_to(context.actor, VIEW).open()
    alike = visible.filter(name_keys__overlap=sorted(keys))
    for name, kind, own_keys in alike.values_list("name", "kind", "name_keys")[:MOST_CANDIDATES]:
        for key in own_keys:
            by_key[key].append((name, kind))
    for row in new:
        _warn_about_near(row, by_key)


def _warn_about_near(row: Row, by_key: dict[str, list[Any]]) -> None:
    kind, name = row.values["kind"], row.values["name"]
    others = {one for key in row.values["name_keys"] for one in by_key.get(key, ())}
    same_kind = sorted(other for other, other_kind in others if other_kind == kind)
    for other in same_kind[:MOST_COMPARED]:
        is_same = normalise(other) == normalise(name)
        if is_same or match_names(name, other, kind=kind).score >= THRESHOLD:
            params = {"other": other[:80]}
            row.faults.append(
                Fault(
                    field="name", code="name_is_known", value=name, params=params, is_warning=True
                )
            )
            return
