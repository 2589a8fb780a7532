"""The tree of categories: at most five deep."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.services import record
from crm_project.kit.errors import BusinessError
from inventory.errors import CategoryTooDeep, CodeTaken, NameTaken
from inventory.models import ProductCategory

DEEPEST = 5
FIELDS = ("name_ar", "name_en", "code", "parent", "icon", "position")


@dataclass(frozen=True)
class Branch:
    """One category in the order of the tree; `depth` is 0 for a root."""

    category: ProductCategory
    depth: int


def tree(rows: Any = None) -> list[Branch]:
    """Return every category below its parent, in one query."""
    known = list(ProductCategory.objects.all() if rows is None else rows)
    children: dict[int | None, list[ProductCategory]] = defaultdict(list)
    for category in known:
        children[category.parent_id].append(category)
    found: list[Branch] = []
    _walk(children, None, 0, found)
    return found


def _walk(
    children: Mapping[int | None, list[ProductCategory]],
    parent: int | None,
    depth: int,
    found: list[Branch],
) -> None:
    for category in children.get(parent, ()):
        found.append(Branch(category, depth))
        if depth < DEEPEST:
            _walk(children, category.pk, depth + 1, found)


def with_descendants(category: ProductCategory) -> list[int]:
    """Return the ids of a category and of all below it."""
    ids: list[int] = []
    level = [category.pk]
    while level and len(ids) < 10_000:
        ids += level
        below = ProductCategory.objects.filter(parent__in=level).exclude(pk__in=ids)
        level = list(below.values_list("pk", flat=True))
    return ids


@transaction.atomic
def save_category(
    category: ProductCategory | None, values: Mapping[str, Any], *, actor: User
) -> ProductCategory:
    """Make or change a category. Errors: CategoryTooDeep, CodeTaken, NameTaken."""
    row = category or ProductCategory()
    changes = {
        name: [str(getattr(row, name, "") or ""), str(values[name] or "")]
        for name in FIELDS
        if name in values and (category is None or getattr(row, name) != values[name])
    }
    _check_place(row, values.get("parent"))
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _taken(error) from error
    if changes:
        verb = "product_category.changed" if category else "product_category.created"
        record(actor, verb, row, changes=changes)
    return row


def _taken(error: IntegrityError) -> BusinessError:
    """Say which of its names is another one's, by the constraint that refused."""
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for name in ("name_ar", "name_en"):
        if broken == f"product_category_{name}_once":
            return NameTaken(field=name)
    return CodeTaken(field="code")


def category_named(name: str, *, code: str, actor: User) -> ProductCategory:
    """Return the root category of this name; one that is not there yet is added with the code.

    Errors: CodeTaken.
    """
    values = {"name_ar": name, "name_en": name, "code": code}
    try:
        return save_category(None, values, actor=actor)
    except (NameTaken, CodeTaken) as error:  # a rival with the same file gives the same code, too
        rows = ProductCategory.objects.filter(parent=None)
        rival = rows.filter(Q(name_ar__iexact=name) | Q(name_en__iexact=name)).first()
        if rival is None:
            raise error from None
        return rival


def _check_place(row: ProductCategory, parent: ProductCategory | None) -> None:
    """Count the ancestors and the levels below, as they are once rivals have to wait."""
    if parent is None:
        return
    rows = ProductCategory.objects.select_for_update().order_by("pk")
    parent_of = dict(rows.values_list("pk", "parent_id"))
    above: list[int] = []
    step: int | None = parent.pk
    while step is not None:
        if step == row.pk or len(above) >= DEEPEST:
            raise CategoryTooDeep(field="parent")
        above.append(step)
        step = parent_of.get(step)
    if len(above) + _levels(row) > DEEPEST:
        raise CategoryTooDeep(field="parent")


def _levels(row: ProductCategory) -> int:
    """How many levels a category with all below it takes."""
    levels, level = 1, [row.pk] if row.pk else []
    while level and levels <= DEEPEST:
        level = list(ProductCategory.objects.filter(parent__in=level).values_list("pk", flat=True))
        levels += bool(level)
    return levels
