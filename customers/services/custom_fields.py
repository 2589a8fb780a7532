"""Fields that the company adds to its customers: defined, changed, ordered and retired."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext

from accounts.models import User
from accounts.services import record
from crm_project.kit.events import publish
from crm_project.kit.live import EVERYBODY, tell
from customers.custom_values import PREFIX, parse_custom, read_custom, shown_custom
from customers.definitions import forget_fields
from customers.errors import (
    ChoiceInUse,
    CustomFieldChangedMeanwhile,
    CustomFieldExists,
    CustomFieldInUse,
    TooManyCustomFields,
)
from customers.events import CustomFieldSaved
from customers.models import Customer, CustomField

__all__ = [
    "PREFIX",
    "FieldDraft",
    "active_fields",
    "change_field",
    "define_field",
    "fields_of",
    "missing_required",
    "move_field",
    "parse_custom",
    "read_custom",
    "retire_field",
    "shown_custom",
]
CHANGED = "customer-fields-changed"
MOST_FIELDS = 60
_UNCHANGEABLE = frozenset({"code"})
_KINDS_WITH_LIST = (CustomField.Kind.CHOICE, CustomField.Kind.CHOICES)


@dataclass(frozen=True, kw_only=True)
class FieldDraft:
    """A definition as it is to be. `choices` are dicts with "code", "ar" and "en"."""

    code: str
    kind: str
    name_ar: str
    name_en: str
    help_ar: str = ""
    help_en: str = ""
    choices: tuple[Mapping[str, str], ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    is_required: bool = False
    is_filterable: bool = True


def active_fields() -> list[CustomField]:
    """Return the fields in use, in their order."""
    return list(CustomField.objects.filter(is_active=True))


def fields_of(codes: Iterable[str]) -> list[CustomField]:
    """Return the fields with these codes, retired ones too, in their order."""
    return list(CustomField.objects.filter(code__in=list(codes)))


def missing_required(fields: list[CustomField], custom: Mapping[str, Any]) -> list[CustomField]:
    """Return the required fields without a value; forms insist on them, programs need not."""
    return [
        field for field in fields if field.is_required and custom.get(field.code) in (None, "", [])
    ]


@transaction.atomic
def define_field(draft: FieldDraft, *, actor: User) -> CustomField:
    """Add a field behind the others. Errors: CustomFieldExists, TooManyCustomFields."""
    if CustomField.objects.filter(is_active=True).count() >= MOST_FIELDS:
        raise TooManyCustomFields
    last = CustomField.objects.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    try:
        with transaction.atomic():
            field = CustomField.objects.create(**_columns(draft), position=position)
    except IntegrityError as error:
        raise CustomFieldExists(field="code") from error
    record(actor, "custom_field.defined", field, changes={"code": [None, field.code]})
    publish(CustomFieldSaved(field_id=field.pk))
    _tell()
    return field


@transaction.atomic
def change_field(
    field: CustomField, draft: FieldDraft, *, actor: User, version: int | None = None
) -> CustomField:
    """Save a changed definition; the code stays.

    Errors: CustomFieldChangedMeanwhile, CustomFieldInUse for another kind while values exist,
    ChoiceInUse for a choice that customers have and the list no longer names.
    """
    locked = CustomField.objects.select_for_update().get(pk=field.pk)
    if version is not None and version != locked.version:
        raise CustomFieldChangedMeanwhile
    columns = {name: value for name, value in _columns(draft).items() if name not in _UNCHANGEABLE}
    diff = {
        name: [getattr(locked, name), value]
        for name, value in columns.items()
        if getattr(locked, name) != value
    }
    if not diff:
        return locked
    if "kind" in diff and is_used(locked):
        raise CustomFieldInUse(field="kind")
    if "choices" in diff and "kind" not in diff:
        _check_removed_choices(locked, draft)
    for name, (_before, after) in diff.items():
        setattr(locked, name, after)
    locked.version += 1
    locked.save(update_fields=[*diff, "version"])
    record(actor, "custom_field.changed", locked, changes=_for_log(diff))
    publish(CustomFieldSaved(field_id=locked.pk))
    _tell()
    return locked


@transaction.atomic
def retire_field(field: CustomField, *, actor: User, is_active: bool = False) -> None:
    """Take a field out of forms, filters and columns, or bring it back; its values stay."""
    changed = CustomField.objects.filter(pk=field.pk, is_active=not is_active)
    if changed.update(is_active=is_active, version=F("version") + 1):
        verb = "custom_field.restored" if is_active else "custom_field.retired"
        record(actor, verb, field)
        publish(CustomFieldSaved(field_id=field.pk))
        _tell()


@transaction.atomic
def move_field(field: CustomField, *, step: int, actor: User) -> None:
    """Move a field before (-1) or behind (1) its neighbour among those in use."""
    rows = list(CustomField.objects.select_for_update().filter(is_active=True))
    ids = [row.pk for row in rows]
    place = ids.index(field.pk) if field.pk in ids else -1
    target = place + step
    if place < 0 or not 0 <= target < len(rows):
        return
    rows[place], rows[target] = rows[target], rows[place]
    for position, row in enumerate(rows):
        row.position = position
    CustomField.objects.bulk_update(rows, ["position"])
    record(actor, "custom_field.moved", field, changes={"position": [place, target]})
    _tell()


def is_used(field: CustomField) -> bool:
    """Return True when some customer has a value. Reads all customers where none has."""
    return bool(Customer.objects.filter(custom__has_key=field.code).exists())


def _check_removed_choices(field: CustomField, draft: FieldDraft) -> None:
    kept = {choice["code"] for choice in draft.choices}
    is_list = field.kind == CustomField.Kind.CHOICES
    for choice in field.choices:
        code = choice["code"]
        if code in kept:
            continue
        value: Any = [code] if is_list else code
        if Customer.objects.filter(custom__contains={field.code: value}).exists():
            raise ChoiceInUse(_in_use(field, code), field="choices")


def _in_use(field: CustomField, code: str) -> str:
    sentence = gettext("Customers have the choice %(choice)s, so it can't leave the list.")
    return sentence % {
        "choice": shown_custom(CustomField(kind="choice", choices=field.choices), code)
    }


def _columns(draft: FieldDraft) -> dict[str, Any]:
    columns = asdict(draft)
    has_list = draft.kind in _KINDS_WITH_LIST
    columns["choices"] = [dict(choice) for choice in draft.choices] if has_list else []
    if draft.kind != CustomField.Kind.NUMBER:
        columns["lowest"] = columns["highest"] = None
    return columns


def _for_log(diff: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(str(choice["code"]) for choice in value)
        return str(value) if isinstance(value, Decimal) else value

    return {name: [plain(before), plain(after)] for name, (before, after) in diff.items()}


def _tell() -> None:
    forget_fields()
    transaction.on_commit(forget_fields)
    tell(EVERYBODY, CHANGED)
