"""Tags and categories: renamed, made one, removed."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import EVERYBODY, tell
from customers.errors import NameTaken
from customers.models import Category, Customer, Tag

from .people import CHANGED

_TAKEN = {f"category_{name}_once": name for name in ("name_ar", "name_en")}


@dataclass(frozen=True, kw_only=True)
class CategoryDraft:
    """A category as it is to be; `colour` is the tone of its badge."""

    name_ar: str
    name_en: str
    colour: str = ""
    position: int = 0


@transaction.atomic
def save_category(category: Category | None, draft: CategoryDraft, *, actor: User) -> Category:
    """Add or change a category. Errors: NameTaken, by whomever it was given at the same time."""
    kept = category or Category()
    before = {name: getattr(kept, name) for name in asdict(draft)} if category else {}
    for name, value in asdict(draft).items():
        setattr(kept, name, value)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        raise NameTaken(field=_TAKEN.get(broken)) from error
    changes = {
        name: [before.get(name), value]
        for name, value in asdict(draft).items()
        if before.get(name) != value
    }
    if changes:
        record(actor, "category.saved", kept, changes=changes)
        _tell()
    return kept


def category_named(name: str, *, actor: User) -> Category:
    """Return the category of this name in either language; one that is not there yet is added."""
    with_name = Category.objects.filter(Q(name_ar__iexact=name) | Q(name_en__iexact=name))
    if known := with_name.first():
        return known
    try:
        return save_category(
            None, CategoryDraft(name_ar=name, name_en=name, colour="mute"), actor=actor
        )
    except NameTaken:
        if rival := with_name.first():
            return rival
        raise


@transaction.atomic
def remove_category(category: Category, *, actor: User, heir: Category | None = None) -> int:
    """Remove a category; its customers get the heir or none. Returns how many they are."""
    moved = Customer.objects.filter(category=category).update(category=heir)
    changes = {"customers": moved, "heir": heir.name if heir else ""}
    record(actor, "category.removed", category, changes=changes)
    category.delete()
    _tell()
    return moved


@transaction.atomic
def add_tag(name: str, *, actor: User) -> Tag:
    """Add a tag. Errors: NameTaken."""
    if Tag.objects.filter(name__iexact=name).exists():
        raise NameTaken(field="name")
    try:
        with transaction.atomic():
            tag = Tag.objects.create(name=name)
    except IntegrityError as error:
        raise NameTaken(field="name") from error
    record(actor, "tag.added", tag)
    return tag


def tag_named(name: str, *, actor: User) -> Tag:
    """Return the tag of this name, in capitals or not; one that is not there yet is added."""
    return Tag.objects.filter(name__iexact=name).first() or add_tag(name, actor=actor)


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, actor: User) -> Tag:
    """Give a tag another name. Errors: NameTaken; merge the two tags instead."""
    if tag.name == name:
        return tag
    if Tag.objects.exclude(pk=tag.pk).filter(name__iexact=name).exists():
        raise NameTaken(field="name")
    before, tag.name = tag.name, name
    try:
        with transaction.atomic():
            tag.save(update_fields=["name"])
    except IntegrityError as error:
        raise NameTaken(field="name") from error
    record(actor, "tag.renamed", tag, changes={"name": [before, name]})
    _tell()
    return tag


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, actor: User) -> int:
    """Give everyone with `tag` the other one, and remove it. Returns how many customers had it."""
    if tag == into:
        return 0
    links = Customer.tags.through.objects
    ids = list(links.filter(tag=tag).values_list("customer_id", flat=True))
    links.bulk_create(
        [Customer.tags.through(customer_id=pk, tag=into) for pk in ids],
        ignore_conflicts=True,
        batch_size=5_000,
    )
    record(actor, "tag.merged", into, changes={"merged": [tag.name, into.name]})
    tag.delete()
    _tell()
    return len(ids)


@transaction.atomic
def remove_tag(tag: Tag, *, actor: User) -> None:
    """Take a tag off all customers."""
    record(actor, "tag.removed", tag)
    tag.delete()
    _tell()


def _tell() -> None:
    tell(EVERYBODY, CHANGED)
