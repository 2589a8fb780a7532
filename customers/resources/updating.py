"""Customers that a row fills in: a cell that says something wins, an empty one changes nothing.

Phones, e-mails, tags and notes are added, never taken away. Every change is logged before → after.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Activity
from accounts.services.activity import entry, record_many
from crm_project.kit.crypto import encrypt
from customers.models import Address, Consent, ContactPoint, Customer, Note
from customers.permissions import CHANGE
from customers.services import TimelineLine, add_to_timeline
from customers.services.people import name_keys_of
from customers.services.points import copy_points
from exchange.resource import Change, Context, Row

from .dealings import consents_of, note_of
from .fields import OLD_NUMBER, SECRET
from .lookups import Lookups
from .writing import address_line, address_of

PLAIN = (
    *("name", "company", "category_id", "owner_id", "status", "source", "city", "language"),
    *SECRET,
)
SAVED = (
    *("kind", "name", "company", "category", "owner", "status", "source", "city", "language"),
    *("national_id", "tax_id", "address", "custom", "phone", "email", "contact_text"),
    *("name_keys", "version"),
)


def update(rows: Sequence[Row], context: Context) -> list[Change]:
    """Fill customers in from rows that are known to be them; rows that change nothing count not."""
    targets = _targets(rows, context)
    points = _by_customer(ContactPoint.objects.in_use(), targets)
    addresses = _by_customer(Address.objects.filter(is_primary=True), targets)
    tags = _tags_of(targets)
    notes = set(Note.objects.filter(customer__in=targets).values_list("customer_id", "text"))
    log: list[Activity] = []
    changes = []
    for row in rows:
        customer = targets.get(row.same_as or 0)
        if customer is None:  # it went out of reach since
            continue
        one = _Update(customer, row, context)
        one.own_data()
        one.add_points(points[customer.pk])
        one.add_address(addresses[customer.pk])
        one.add_tags(tags[customer.pk])
        one.add_note(notes)
        one.add_consents(points[customer.pk])
        if one.before:
            customer.version += 1
            changes.append(one.change())
            log.append(entry(context.actor, "customer.changed", customer, changes=one.words))
    Customer.objects.bulk_update(
        [targets[pk] for pk in {change.object_id for change in changes}], SAVED, batch_size=200
    )
    record_many(log)
    return changes


def _targets(rows: Sequence[Row], context: Context) -> dict[int, Customer]:
    ids = {row.same_as for row in rows if row.same_as}
    allowed = Customer.objects.visible_to(context.actor, CHANGE).filter(pk__in=ids)
    locked = Customer.objects.filter(pk__in=allowed.values("pk")).order_by("pk")
    return {one.pk: one for one in locked.select_for_update()}


def _by_customer(rows: Any, targets: dict[int, Customer]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in rows.filter(customer__in=targets):
        found[one.customer_id].append(one)
    return found


def _tags_of(targets: dict[int, Customer]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    links = Customer.tags.through.objects.filter(customer__in=targets)
    for customer_id, tag_id in links.values_list("customer_id", "tag_id"):
        found[customer_id].add(tag_id)
    return found


class _Update:
    """One row's effect on one customer: what it overwrote, and the words of the log."""

    def __init__(self, customer: Customer, row: Row, context: Context) -> None:
        self.customer, self.row, self.context = customer, row, context
        self.values = row.values
        self.before: dict[str, Any] = {}
        self.words: dict[str, list[Any]] = {}

    def change(self) -> Change:
        """Return what the engine keeps of it."""
        return Change(
            row=self.row.number,
            object_id=self.customer.pk,
            is_new=False,
            before=self.before,
            version=self.customer.version,
        )

    def _set(self, name: str, value: Any) -> None:
        before = getattr(self.customer, name)
        if before == value:
            return
        setattr(self.customer, name, value)
        if name in SECRET:
            before = encrypt(before) if before else before
            self.words[name] = ["•••" if before else "", "•••"]
        else:
            self.words[name.removesuffix("_id")] = [before, value]
        self.before.setdefault("fields", {})[name] = before

    def own_data(self) -> None:
        """Overwrite what the row says otherwise."""
        values = dict(self.values)
        if values["name"] in (*values["emails"], *values["phones"]):
            del values["name"]  # it had none, and got one from a contact
        if values["has_kind"]:
            self._set("kind", values["kind"])
        for name in PLAIN:
            if values.get(name):
                self._set(name, values[name])
        custom = {**self.customer.custom, **values["custom"]}
        if values.get("number") and values["number"] != self.customer.code:
            custom[OLD_NUMBER] = values["number"]
        self._set("custom", custom)
        names = (self.customer.kind, self.customer.name, self.customer.company)
        self.customer.name_keys = name_keys_of(*names)

    def add_points(self, known: list[ContactPoint]) -> None:
        """Add phones and e-mails that the customer lacks."""
        made = []
        for kind in ("phone", "email"):
            mine = {point.value for point in known if point.kind == kind}
            for value, raw in self.values[f"{kind}s"].items():
                if value not in mine:
                    made.append(self._add_point(kind, value, raw, is_primary=not mine))
                    mine.add(value)
        known.extend(made)
        if made:
            self.before["points"] = [point.pk for point in made]
            primary_first = sorted(known, key=lambda point: (not point.is_primary, point.pk))
            copy_points(self.customer, primary_first)

    def _add_point(self, kind: str, value: str, raw: str, *, is_primary: bool) -> ContactPoint:
        self.words[kind] = [None, f"{value[:4]}…{value[-2:]}"]  # SECURITY.md DP-3
        point, _is_new = ContactPoint.objects.update_or_create(
            customer=self.customer,
            kind=kind,
            value=value,
            defaults={"raw": raw[:254], "is_primary": is_primary, "removed_at": None},
        )
        return point

    def add_address(self, known: list[Address]) -> None:
        """Let the primary address say what the row says."""
        line = address_line(self.values)
        if not line or line == self.customer.address:
            return
        self._set("address", line)
        columns = address_of(self.values, Lookups.of(self.context).region)
        columns["city"] = columns["city"] or self.customer.city
        if known:
            address = known[0]
            self.before["address"] = {name: getattr(address, name) for name in ("id", *columns)}
            for name, value in columns.items():
                setattr(address, name, value)
            address.save(update_fields=list(columns))
        else:
            made = Address.objects.create(customer=self.customer, is_primary=True, **columns)
            known.append(made)
            self.before["address"] = {"made": made.pk}

    def add_tags(self, known: set[int]) -> None:
        """Add labels."""
        ids = self.context.memory.get("tags", {})
        wanted = dict.fromkeys(ids[tag] for tag in self.values.get("tags", ()) if ids.get(tag))
        new = [tag for tag in wanted if tag not in known]
        if new:
            self.customer.tags.add(*new)
            known.update(new)
            self.before["tags"] = new
            self.words["tags"] = [None, ", ".join(self.values["tags"])[:200]]

    def add_note(self, known: set[tuple[int, str]]) -> None:
        """Add the note, unless the customer has the very same one."""
        text = note_of(self.values)
        if not text or (self.customer.pk, text) in known:
            return
        known.add((self.customer.pk, text))
        author = self.context.actor
        note = Note.objects.create(customer=self.customer, author=author, text=text)
        line = TimelineLine(
            customer_id=self.customer.pk,
            kind="note",
            source=f"note:{note.pk}",
            text=text,
            actor=author,
            url=self.customer.get_absolute_url(),
        )
        add_to_timeline([line])
        self.before["notes"] = [note.pk]
        self.words["note"] = [None, "+"]

    def add_consents(self, points: list[ContactPoint]) -> None:
        """Append to the ledger what the row says otherwise than its newest entries."""
        said = list(consents_of(self.values, [(point.pk, point.kind) for point in points]))
        if not said:
            return
        marketing = Consent.Purpose.MARKETING
        newest = Consent.objects.filter(point__in=[pk for pk, _is in said], purpose=marketing)
        now = dict(newest.order_by("pk").values_list("point_id", "is_granted"))
        new = [(pk, is_granted) for pk, is_granted in said if now.get(pk) != is_granted]
        for pk, is_granted in new:
            Consent.objects.create(
                customer=self.customer,
                point_id=pk,
                purpose=marketing,
                is_granted=is_granted,
                source="import",
                evidence=f"import {self.context.batch_id}, row {self.row.number}",
                recorded_by=self.context.actor,
                at=timezone.now(),
            )
        if new:
            self.before["consents"] = {str(pk): now.get(pk) for pk, _is_granted in new}
            self.words["consent"] = [None, "+"]
