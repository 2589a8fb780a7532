"""One row's cells as a customer to be, and what is wrong with them."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone

from crm_project.kit.text import normalise
from customers.models import Customer
from customers.services.people import name_keys_of
from exchange.cells import BadCell, is_nothing, read_moment, read_yes_no, split_many
from exchange.resource import Context, Fault, Row

from .contacts import read_emails, read_phones
from .fields import CONSENTS, CUSTOM, SECRET
from .lookups import Lookups

LONGEST = {
    "name": 200,
    "company": 200,
    "city": 80,
    "district": 80,
    "address": 300,
    "number": 40,
    "postal_code": 12,
    "national_id": 40,
    "tax_id": 40,
}  # characters
LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 5000, 40, 30
_FIRMS = re.compile(
    r"^(شركه|موسسه|مصنع|مجموعه|مكتب|مطعم|فندق|company|corporation)\b|\b(llc|ltd|inc|co)$"
)


class Reader:
    """Reads the rows of one run."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.known = Lookups.of(context)

    def read(self, row: Row) -> None:
        """Fill in the row's values and faults."""
        cells = {code: text for code, text in row.cells.items() if not is_nothing(text)}
        values, faults = row.values, row.faults
        for code, longest in LONGEST.items():
            if text := cells.get(code):
                values[code] = self._short(code, " ".join(text.split()), longest, faults)
        if "address" in values:
            values["address"] = values["address"].replace(" ; ", "، ")
        self._contacts(cells, values, faults)
        self._names(cells, values, faults)
        self._choices(cells, values, faults)
        self._people(cells, values, faults)
        self._texts(cells, values, faults)
        self._own(cells, values, faults)
        if not row.is_good:
            return
        values["name_keys"] = name_keys_of(values["kind"], values["name"], values["company"])

    def _short(self, code: str, text: str, longest: int, faults: list[Fault]) -> str:
        if len(text) > longest:
            shown = "•••" if code in SECRET else text
            params = {"longest": longest, "length": len(text)}
            faults.append(Fault(field=code, code="too_long", value=shown, params=params))
        return text[:longest]

    def _contacts(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        region = self.known.region
        if country := cells.get("country"):
            code = self.known.country(country)
            values["country"] = code
            region = code or region
            if not code:
                fault = Fault(field="country", code="unknown_country", value=country)
                faults.append(Fault(**{**vars(fault), "is_warning": True}))
        values["phones"], bad_phones = read_phones(cells.get("phone", ""), region)
        values["emails"], bad_mails = read_emails(cells.get("email", ""))
        is_reachable = bool(values["phones"] or values["emails"])
        for fault in (*bad_phones, *bad_mails):  # one good way to reach them lets the row in
            faults.append(Fault(**{**vars(fault), "is_warning": is_reachable}))
        values["unread"] = [fault.value for fault in (*bad_phones, *bad_mails)]

    def _names(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        company = values.get("company", "")
        parts = (cells.get(f"{part}_name", "") for part in ("first", "middle", "last"))
        name = values.get("name") or " ".join(" ".join(filter(None, parts)).split())[:200]
        kind = self.known.choices["kind"].get(cells.get("kind", ""))
        values["has_kind"] = bool(kind)
        if not name and company:
            name, company, kind = company, "", kind or Customer.Kind.COMPANY
        if not name and (reach := next(iter((*values["emails"], *values["phones"])), "")):
            name = reach
            faults.append(
                Fault(field="name", code="name_from_contact", value=reach, is_warning=True)
            )
        if not name:
            faults.append(Fault(field="name", code="no_name"))
        if not kind:
            is_firm = not company and bool(_FIRMS.search(normalise(name)))
            kind = Customer.Kind.COMPANY if is_firm else Customer.Kind.PERSON
        values.update(name=name, company=company, kind=kind, label=name)

    def _choices(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        for code in ("status", "source", "language"):
            if text := cells.get(code):
                values[code] = self.known.choices[code].get(text)
                if values[code] is None:
                    del values[code]
                    values["unread"].append(text[:200])
                    faults.append(
                        Fault(field=code, code=f"unknown_{code}", value=text, is_warning=True)
                    )
        if text := cells.get("category"):
            values["category_id"] = self.known.categories.get(text)
            if values["category_id"] is None:
                values["new_category"] = text[:120]
                if not self.context.options.get("create_missing"):
                    self._unknown("category", text, self.known.categories.like(text), faults)

    def _people(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        text = cells.get("owner")
        if not text:
            values["default_owner_id"] = self.known.default_owner_id
            return
        values["owner_id"] = owner_id = self.known.people.get(text)
        if owner_id is None:
            self._unknown("owner", text, self.known.people.like(text), faults)
        elif owner_id != self.context.actor.pk and not self.known.may_assign:
            faults.append(Fault(field="owner", code="may_not_assign", value=text))

    def _unknown(self, code: str, text: str, meant: str, faults: list[Fault]) -> None:
        kind = f"unknown_{code}_meant" if meant else f"unknown_{code}"
        faults.append(Fault(field=code, code=kind, value=text, params={"meant": meant}))

    def _texts(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        if text := cells.get("notes"):
            text = text.replace(" ; ", "\n")
            values["notes"] = self._short("notes", text, LONGEST_NOTE, faults)
        if text := cells.get("tags"):
            tags = dict.fromkeys(part.lstrip("# ") for part in split_many(text) if part[0] != "*")
            values["tags"] = [tag for tag in tags if tag][:MOST_TAGS]
            if any(len(tag) > LONGEST_TAG for tag in values["tags"]):
                params = {"longest": LONGEST_TAG, "length": max(map(len, values["tags"]))}
                faults.append(Fault(field="tags", code="too_long", value=text, params=params))
        for code in CONSENTS:
            if text := cells.get(code):
                try:
                    values[code] = read_yes_no(text)
                except BadCell as error:
                    faults.append(Fault(field=code, code=error.code, value=text))
        if text := cells.get("created"):
            try:
                values["created_at"] = self._moment("created", text)
            except BadCell as error:
                faults.append(Fault(field="created", code=error.code, value=text))

    def _moment(self, code: str, text: str) -> datetime:
        moment = read_moment(text, is_day_first=self.known.is_day_first(code))
        aware = timezone.make_aware(moment, self.known.zone)
        if aware > timezone.now():
            raise BadCell("in_the_future")
        return aware

    def _own(self, cells: dict[str, str], values: Any, faults: list[Fault]) -> None:
        own = {}
        for code, text in cells.items():
            if not code.startswith(CUSTOM):
                continue
            try:
                value = self.known.own_value(code.removeprefix(CUSTOM), text)
            except BadCell as error:
                params = {"problem": str(error.__cause__ or "")[:200]}
                faults.append(Fault(field=code, code=error.code, value=text, params=params))
                continue
            if value is not None:
                own[code.removeprefix(CUSTOM)] = value
        values["custom"] = own
