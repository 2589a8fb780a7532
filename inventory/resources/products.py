"""Products as a resource of the import engine."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from accounts.services import record
from crm_project.kit.live import EVERYBODY, tell
from exchange.copying import listed, listed_texts
from exchange.models import Batch
from exchange.resource import Change, Context, Fault, Field, Option, Row, Undone
from exchange.sentences import sentence_of, title_of
from inventory import permissions
from inventory.models import Product
from inventory.models.stock import OfWarehouseQuerySet

from .fields import SENTENCES, fields_for
from .reading import Reader
from .writing import add_categories, create, forget_levels, put_back, update, warehouse_of

IMPORTED = "product.imported"


class ProductResource:
    """Reads, recognises, writes and takes back products; the SKU says which one it is."""

    code = "products"
    label = _("Products")
    permission = permissions.CHANGE_PRODUCT

    def fields(self, actor: User) -> Sequence[Field]:
        """Return the fields of products."""
        return fields_for(actor)

    def options(self, actor: User, branch: Branch) -> Sequence[Option]:
        """Return where opening stock lies."""
        places = OfWarehouseQuerySet.places_of(actor, permissions.MOVE_STOCK).filter(is_active=True)
        return [
            Option(
                code="warehouse",
                label=_("Warehouse of opening stock and reorder points"),
                choices=(("", _("None")), *((str(one.pk), one.name) for one in places)),
            ),
            Option(
                code="create_missing", label=_("Add categories that do not exist"), default=False
            ),
        ]

    def title(self, code: str) -> str:
        """Return the kind of a fault."""
        return title_of(code, SENTENCES)

    def sentence(self, code: str, params: Mapping[str, Any]) -> str:
        """Return what a fault means."""
        return sentence_of(code, params, SENTENCES)

    def begin(self, context: Context) -> None:
        """Fetch the categories and the warehouse."""
        context.memory["reader"] = Reader(context)
        context.memory["has_place"] = warehouse_of(context) is not None

    def read(self, rows: Sequence[Row], context: Context) -> None:
        """Read a chunk."""
        reader: Reader = context.memory["reader"]
        for row in rows:
            reader.read(row)

    def match(self, rows: Sequence[Row], context: Context) -> None:
        """Find out which rows are known products, and what only the database can say is wrong."""
        skus = [row.values["sku"] for row in rows if "sku" in row.values]
        codes = [row.values["barcode"] for row in rows if "barcode" in row.values]
        known = dict(Product.objects.filter(sku__in=listed_texts(skus)).values_list("sku", "pk"))
        taken = Product.objects.filter(barcode__in=listed_texts(codes)).values_list(
            "barcode", "sku"
        )
        barcodes = {barcode: (sku, 0) for barcode, sku in taken}
        seen = context.memory.setdefault("seen", {}) if context.is_trial else {}
        of_file = context.memory.setdefault("barcodes", {}) if context.is_trial else {}
        for row in rows:
            sku = row.values.get("sku", "")
            row.same_as = known.get(sku)
            row.repeats_row = seen.get(sku) if row.same_as is None else None
            self._check(row, ChainMap(barcodes, of_file), context)
            if row.is_good:
                seen.setdefault(sku, row.number)
                if barcode := row.values.get("barcode"):
                    of_file.setdefault(barcode, (sku, row.number))

    def _check(self, row: Row, barcodes: Any, context: Context) -> None:
        values, faults = row.values, row.faults
        is_new = not row.is_repeated
        if is_new and not (values.get("name_ar") or values.get("name_en")):
            faults.append(Fault(field="name_ar", code="no_name"))
        if values.get("kind") == "service" and values.get("tracking", "none") != "none":
            faults.append(Fault(field="tracking", code="service_not_tracked"))
        barcode = values.get("barcode")
        owner = barcodes.get(barcode) if barcode else None
        if owner and owner[0] != values.get("sku"):
            code = "barcode_repeated" if owner[1] else "barcode_taken"
            params = {"sku": owner[0], "row": owner[1]}
            faults.append(Fault(field="barcode", code=code, value=str(barcode), params=params))
        if (values.get("opening") or "reorder_point" in values) and not context.memory["has_place"]:
            faults.append(Fault(field="opening", code="no_warehouse"))
        is_plain = values.get("kind", "stocked") == "stocked" and not row.same_as
        if values.get("opening") and not (is_plain and values.get("tracking", "none") == "none"):
            value = str(values.pop("opening"))
            faults.append(
                Fault(field="opening", code="opening_not_stocked", value=value, is_warning=True)
            )

    def preview(self, row: Row, context: Context) -> Sequence[tuple[Any, str]]:
        """Return what a row will be saved as."""
        labels = {field.code: field.label for field in fields_for(context.actor)}
        shown = {**row.cells, **{name: str(value) for name, value in row.values.items()}}
        return [(label, shown[code][:120]) for code, label in labels.items() if shown.get(code)]

    def write(self, rows: Sequence[Row], context: Context) -> list[Change]:
        """Add new products, and fill known ones in where that was chosen.

        A SKU exists once, so "add it all the same" leaves known products as they are.
        """
        new = [row for row in rows if not row.is_repeated]
        known = [row for row in rows if row.is_repeated]
        is_update = context.on_duplicate == Batch.OnDuplicate.UPDATE
        add_categories([*new, *known] if is_update else new, context)
        changes = create(new, context) if new else []
        if is_update and known:
            made = {change.row: change.object_id for change in changes}
            for row in known:
                row.same_as = row.same_as or made.get(row.repeats_row or 0)
            changes += update(known, context)
        if changes:
            ids = sorted({change.object_id for change in changes})
            batch = Batch.objects.get(pk=context.batch_id)
            record(context.actor, IMPORTED, batch, changes={"count": [None, len(ids)], "ids": ids})
            tell(EVERYBODY, "stock-changed")
        return changes

    def undo(self, changes: Sequence[Change], context: Context) -> Undone:
        """Restore changed products; delete new ones that nothing has used, stock included."""
        left, versions = 0, dict[int, int]()
        products = Product.objects.select_for_update().in_bulk([one.object_id for one in changes])
        for change in changes:
            product = products.get(change.object_id)
            if change.is_new or product is None:
                continue
            if product.version != versions.get(product.pk, change.version):
                left += 1
                continue
            products[product.pk] = product = put_back(product, dict(change.before), context)
            versions[product.pk] = product.version
        untouched = [
            one.object_id
            for one in changes
            if one.is_new
            and one.object_id in products
            and products[one.object_id].version == versions.get(one.object_id, one.version)
        ]
        forget_levels(untouched)
        used = _used(untouched)
        Product.objects.filter(pk__in=[pk for pk in untouched if pk not in used]).delete()
        made = sum(one.is_new and one.object_id in products for one in changes)
        tell(EVERYBODY, "stock-changed")
        return Undone(left=left + made - len(untouched) + len(used), versions=versions)

    def url(self, object_id: int) -> str:
        """Return the product's page."""
        return reverse("inventory:product", args=[object_id])


def _used(ids: Sequence[int]) -> set[int]:
    """Products that anything points to: stock, orders, purchases, pictures."""
    used: set[int] = set()
    for relation in Product._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and hasattr(relation, "field"):
            model: Any = relation.related_model
            column = relation.field.attname
            rows = model._base_manager.filter(**{f"{column}__in": listed(ids)})
            used.update(rows.values_list(column, flat=True))
    return used
