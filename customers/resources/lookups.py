"""What cells are compared with: categories, colleagues, the company's own fields. Read once a run."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import override
from rapidfuzz import fuzz, process

from accounts.models import Branch, User
from crm_project.kit.text import normalise, whole_number
from customers import permissions
from customers.custom_values import parse_custom
from customers.errors import BadCustomValue
from customers.models import Category, Customer, CustomField
from exchange.cells import BadCell, read_date
from exchange.countries import country_code
from exchange.resource import Context

from .fields import CUSTOM

LIKE = 70  # of 100, how alike a suggestion must be


@dataclass
class Words:
    """Records or choices by all their names. `get` is exact, `like` suggests."""

    by_name: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def add(self, value: Any, *names: str) -> None:
        """Know a value by these names; a name that two share is nobody's."""
        for name in filter(None, names):
            key = normalise(name)
            is_shared = key in self.by_name and self.by_name[key] != value
            self.by_name[key] = None if is_shared else value
            self.shown[key] = name

    def get(self, text: str) -> Any:
        """Return the value, None for an unknown or shared name."""
        return self.by_name.get(normalise(text))

    def like(self, text: str) -> str:
        """Return the name that was probably meant, or ""."""
        found = process.extractOne(normalise(text[:80]), self.shown.keys(), scorer=fuzz.ratio)
        return self.shown[found[0]] if found and found[1] >= LIKE else ""


class Lookups:
    """All that reading a row asks the database, for one run of one person."""

    def __init__(self, context: Context) -> None:
        self.context = context
        branch: Branch = context.branch
        chosen = str(context.options.get("phone_region") or "")
        self.region = chosen if len(chosen) == 2 else branch.phone_region  # of phones without code
        self.zone = branch.clock
        self.may_assign = context.actor.has_perm(permissions.ASSIGN)
        self.categories = _categories()
        self.people = _people(context)
        self.default_owner_id = _default_owner(context)
        self.choices = _choices()
        self.own_fields = {one.code: one for one in CustomField.objects.filter(is_active=True)}
        self._countries: dict[str, str] = {}

    @classmethod
    def of(cls, context: Context) -> "Lookups":
        """Return the lookups of a run."""
        known: Lookups = context.memory.get("lookups") or cls(context)
        context.memory["lookups"] = known
        return known

    def is_day_first(self, field_code: str) -> bool:
        """Return how a date like 3/4/2025 is read: as chosen, else as the file proves."""
        chosen = self.context.options.get("date_order")
        if chosen in ("dmy", "mdy"):
            return bool(chosen == "dmy")
        return bool(self.context.options.get("day_first_of", {}).get(field_code, True))

    def own_value(self, code: str, text: str) -> Any:
        """Return the value of a company's own field. Raises BadCell."""
        field = self.own_fields.get(code)
        if field is None:  # retired since the columns were chosen
            return None
        if field.kind == CustomField.Kind.DATE:
            is_day_first = self.is_day_first(f"{CUSTOM}{code}")
            text = read_date(text, is_day_first=is_day_first).isoformat()
        try:
            return parse_custom(field, text)
        except BadCustomValue as error:
            raise BadCell("custom_value") from error

    def country(self, text: str) -> str:
        """Return a country's code, "" for an unknown one."""
        if text not in self._countries:
            if len(self._countries) > 2_000:
                self._countries.clear()
            self._countries[text] = country_code(text)
        return self._countries[text]


def _categories() -> Words:
    """Categories by either name."""
    words = Words()
    for one in Category.objects.all():
        words.add(one.pk, one.name_ar, one.name_en)
    return words


def _people(context: Context) -> Words:
    """Colleagues by name, e-mail, and first name where only one has it."""
    words = Words()
    for one in User.objects.visible_to(context.actor).staff():
        firsts = [name.split()[0] for name in (one.name, one.name_en) if name.split()]
        words.add(one.pk, one.name, one.name_en, one.email, *firsts)
    return words


def _default_owner(context: Context) -> int | None:
    """Who gets rows that name nobody, as chosen."""
    chosen = whole_number(str(context.options.get("owner") or "")) or 0
    people = User.objects.visible_to(context.actor).staff()
    return people.filter(pk=chosen).values_list("pk", flat=True).first()


_BESIDES: dict[str, dict[str, tuple[str, ...]]] = {  # what people write for a choice
    "kind": {
        "company": ("yes", "true", "نعم", "business", "organization", "منشأة"),
        "person": ("no", "false", "لا", "individual", "contact", "أفراد"),
    },
    "language": {"ar": ("arabic", "العربية", "عربي"), "en": ("english", "إنجليزي")},
}


def _choices() -> dict[str, Words]:
    """Kind, status, source and language by code and by label in either language."""
    found = {}
    for name, options in (
        ("kind", Customer.Kind.choices),
        ("status", Customer.Status.choices),
        ("source", Customer.Source.choices),
        ("language", settings.LANGUAGES),
    ):
        words = found[name] = Words()
        for code, label in options:
            words.add(code, code, *_in_all_languages(label))
            words.add(code, *_BESIDES.get(name, {}).get(code, ()))
    return found


def _in_all_languages(label: Any) -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(str(label))
    return found
