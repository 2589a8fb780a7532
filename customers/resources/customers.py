"""Customers as a resource of the import engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from accounts.services import record
from crm_project.kit.jobs import enqueue_many
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.phones import format_phone
from customers import permissions
from customers.models import Category, Customer
from customers.services.people import CHANGED
from exchange.models import Batch
from exchange.resource import Change, Context, Field, Option, Row, Undone
from exchange.sentences import sentence_of, title_of

from . import undoing
from .fields import fields_for
from .following import tell_others
from .lookups import Lookups
from .matching import find_repeats
from .reading import Reader
from .sentences import SENTENCES
from .updating import update
from .writing import create, prepare

REGIONS = ("SA", "AE", "EG", "JO", "KW", "QA", "BH", "OM", "IQ", "LB", "SY", "YE", "SD", "MA", "TR")
IMPORTED = "customer.imported"
AT_ONCE = 200  # customers that one job compares with all others: a few seconds


class CustomerResource:
    """Reads, recognises, writes and takes back customers."""

    code = "customers"
    label = _("Customers")
    permission = permissions.ADD

    def fields(self, actor: User) -> Sequence[Field]:
        """Return the fields of customers, with the company's own."""
        return fields_for(actor)

    def options(self, actor: User, branch: Branch) -> Sequence[Option]:
        """Return how phones and dates are read, and who gets customers that name nobody."""
        regions = dict.fromkeys((branch.phone_region, *REGIONS))
        people = (
            User.objects.visible_to(actor).staff() if actor.has_perm(permissions.ASSIGN) else ()
        )
        offered = [
            Option(
                code="phone_region",
                label=_("Phones without a country code"),
                choices=tuple((code, _region_name(code)) for code in regions),
                default=branch.phone_region,
            ),
            Option(
                code="owner",
                label=_("Responsible where the file names nobody"),
                choices=(("", _("Nobody")), *((str(one.pk), one.shown_name) for one in people)),
            ),
        ]
        if actor.has_perm(permissions.SET_UP):
            missing = _("Add categories that do not exist")
            offered.append(Option(code="create_missing", label=missing, default=False))
        return offered

    def title(self, code: str) -> str:
        """Return the kind of a fault."""
        return title_of(code, SENTENCES)

    def sentence(self, code: str, params: Mapping[str, Any]) -> str:
        """Return what a fault means."""
        return sentence_of(code, params, SENTENCES)

    def begin(self, context: Context) -> None:
        """Fetch categories, colleagues and the company's own fields."""
        context.memory["reader"] = Reader(context)

    def read(self, rows: Sequence[Row], context: Context) -> None:
        """Read a chunk."""
        reader: Reader = context.memory["reader"]
        for row in rows:
            reader.read(row)

    def match(self, rows: Sequence[Row], context: Context) -> None:
        """Find out which rows are known customers."""
        find_repeats(rows, context)

    def preview(self, row: Row, context: Context) -> Sequence[tuple[Any, str]]:
        """Return what a row will be saved as."""
        values = row.values
        phones = "، ".join(map(format_phone, values["phones"]))
        own = Lookups.of(context).own_fields
        owner = User.objects.filter(pk=values.get("owner_id") or 0).first()
        category = Category.objects.filter(pk=values.get("category_id") or 0).first()
        created = values.get("created_at")
        shown = [
            (_("Full name"), values["name"]),
            (_("Kind"), str(Customer.Kind(values["kind"]).label)),
            (_("Company"), values["company"]),
            (_("Phone"), phones),
            (_("E-mail"), ", ".join(values["emails"])),
            (_("City"), values.get("city", "")),
            (_("Address"), ", ".join(filter(None, map(values.get, ("address", "district"))))),
            (_("Category"), str(category or values.get("new_category", ""))),
            (_("Tags"), ", ".join(values.get("tags", ()))),
            (_("Responsible"), owner.shown_name if owner else ""),
            (_("Customer since"), date_format(created, "j F Y") if created else ""),
            (_("Note"), values.get("notes", "")[:120]),
            *((own[code].name, str(value)) for code, value in values["custom"].items()),
        ]
        return [(label, value) for label, value in shown if value]

    def write(self, rows: Sequence[Row], context: Context) -> list[Change]:
        """Add new customers, and fill known ones in where that was chosen."""
        is_create = context.on_duplicate == Batch.OnDuplicate.CREATE
        new = [row for row in rows if is_create or not row.is_repeated]
        known = [row for row in rows if row.is_repeated]
        is_update = context.on_duplicate == Batch.OnDuplicate.UPDATE
        prepare([*new, *known] if is_update else new, context)
        changes = create(new, context)
        if is_update and known:
            made = {change.row: change.object_id for change in changes}
            for row in known:
                row.same_as = row.same_as or made.get(row.repeats_row or 0)
            changes += update(known, context)
        if changes:
            self._tell(changes, context)
            tell_others(changes)
        return changes

    def _tell(self, changes: Sequence[Change], context: Context) -> None:
        from customers.tasks import look_for_duplicates_among

        ids = sorted({change.object_id for change in changes})
        batch = Batch.objects.get(pk=context.batch_id)
        record(context.actor, IMPORTED, batch, changes={"count": [None, len(ids)], "ids": ids})
        parts = [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
        enqueue_many(look_for_duplicates_among, [{"customer_ids": part} for part in parts])
        tell_once({branch_group(None), branch_group(context.branch.pk)}, CHANGED)

    def undo(self, changes: Sequence[Change], context: Context) -> Undone:
        """Take a chunk back."""
        tell_once({branch_group(None), branch_group(context.branch.pk)}, CHANGED)
        undone = undoing.undo(changes, context)
        tell_others(changes)
        return undone

    def url(self, object_id: int) -> str:
        """Return the customer's page."""
        return reverse("customers:detail", args=[object_id])


def _region_name(code: str) -> str:
    from phonenumbers import country_code_for_region

    return f"{code} +{country_code_for_region(code)}"
