"""The list of products, as a table or a grid of pictures; making, changing, pictures."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.saved_lists import ColumnsPanel, own_columns
from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from inventory import permissions, services
from inventory.costs import sees_cost
from inventory.filters import ProductFilter
from inventory.forms.catalogue import PictureForm, ProductForm
from inventory.models import Product, ProductImage
from inventory.stocklist import from_rows, open_warehouses, reading_stock

from .reach import InventoryView, add_refusal
from .tables import Head, StockTable

FORM = "inventory/product_form.html"
ORDERS = {
    "sku": ("sku", "id"),
    "name": ("name_ar", "id"),
    "newest": ("-created_at", "-id"),
    "price": ("price", "id"),
}


COLUMNS = {
    head.key: head
    for head in (
        Head("category", gettext_lazy("Category"), css="hide-m"),
        Head("barcode", gettext_lazy("Barcode"), css="hide-m"),
        Head("kind", gettext_lazy("Kind"), css="hide-m"),
        Head("tracking", gettext_lazy("Tracking"), css="hide-m"),
        Head("unit", gettext_lazy("Unit"), css="hide-m"),
        Head("warehouses", gettext_lazy("Stock by warehouse"), css="n hide-m"),
        Head("on_hand", gettext_lazy("On hand"), css="n hide-m"),
        Head("reserved", gettext_lazy("Reserved"), css="n hide-m"),
        Head("available", gettext_lazy("Available"), css="n"),
        Head("price", gettext_lazy("Price"), "price", css="n"),
        Head("tax", gettext_lazy("Tax (%)"), css="n hide-m"),
        Head("cost", gettext_lazy("Standard cost"), css="n hide-m"),
        Head("value", gettext_lazy("Value"), css="n hide-m"),
        Head("created", gettext_lazy("Created"), "newest", css="hide-m"),
    )
}
DEFAULT = ("category", "warehouses", "available", "price")
OF_STOCK = {"warehouses", "on_hand", "reserved", "available", "value"}
OF_COST = {"cost", "value"}


def shown_columns(keys: Iterable[str], sees_stock: bool, sees_costs: bool) -> list[str]:
    """Return the chosen columns, in the order chosen, that the reader may see."""
    hidden = (set() if sees_stock else OF_STOCK) | (set() if sees_costs else OF_COST)
    chosen = [key for key in dict.fromkeys(keys) if key in COLUMNS] or list(DEFAULT)
    return [key for key in chosen if key not in hidden]


class ProductListView(StockTable):
    """Products with what lies in each warehouse."""

    permission_required = permissions.VIEW_PRODUCT
    queryset = Product.objects.for_list()
    filterset_class = ProductFilter
    orders = ORDERS
    page_name = "inventory:products"
    title = gettext_lazy("Products")
    find_hint = gettext_lazy("Item or SKU…")
    all_label = gettext_lazy("All products")
    row_template = "inventory/partials/product_row.html"
    actions_template = "inventory/partials/product_actions.html"
    empty_title = gettext_lazy("No products here")
    empty_text = gettext_lazy("Add the first product, or import them from a file.")

    def shown_heads(self) -> list[Head]:
        """The columns that were chosen; of the warehouses, one each for those who see stock."""
        sees_stock = self.me.has_perm(permissions.VIEW_STOCK)
        self.warehouses = open_warehouses(self.me) if sees_stock else []
        self.columns = shown_columns(self._keys(), sees_stock, sees_cost(self.me))
        heads = [Head("name", _("Product"), "name")]
        for key in self.columns:
            if key == "warehouses":
                heads += [Head(one.code, one.name, css="n hide-m") for one in self.warehouses]
            else:
                heads.append(COLUMNS[key])
        return heads

    def _keys(self) -> list[str]:
        """Of this visit, else the reader's own."""
        if asked := self.request.GET.get("cols"):
            return str(asked).split(",")
        return own_columns(self.views, self.me)

    def reads(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return reading_stock(rows)

    def fill(self, rows: list[Any]) -> list[Any]:
        return from_rows(rows, self.warehouses)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        is_grid = self.request.GET.get("view") == "grid"
        has_hidden = not context["rows"] and self._has_products_out_of_sale()
        grid = {"is_grid": is_grid, "can_grid": True, "columns": self.columns}
        return {**context, **grid, "has_hidden": has_hidden}

    def _has_products_out_of_sale(self) -> bool:
        return bool(Product.objects.visible_to(self.me).filter(is_active=False).exists())

    def get_template_names(self) -> list[str]:
        names = super().get_template_names()
        is_more_of_grid = self.request.GET.get("view") == "grid" and names == [self.rows_template]
        return ["inventory/partials/product_grid.html"] if is_more_of_grid else names


class ProductColumnsView(ColumnsPanel):
    """Chooses the columns of the list."""

    permission_required = permissions.VIEW_PRODUCT
    page = "inventory:products"
    default = DEFAULT

    def offered(self) -> dict[str, Head]:
        """What the reader may see: not everybody sees stock and costs."""
        me: Any = self.request.user
        seen = shown_columns(COLUMNS, me.has_perm(permissions.VIEW_STOCK), sees_cost(me))
        return {key: COLUMNS[key] for key in seen}


class ProductNewView(InventoryView):
    """A new product."""

    permission_required = permissions.CHANGE_PRODUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, FORM, {"form": ProductForm(editor=self.me)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProductForm(request.POST, editor=self.me)
        if form.is_valid():
            try:
                product = services.create_product(
                    form.values(), request_id=form.cleaned_data["request_id"], actor=self.me
                )
                return redirect(product)
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, FORM, form)


class ProductEditView(InventoryView):
    """Changes a product; somebody else's change in between is refused."""

    permission_required = permissions.CHANGE_PRODUCT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.product(pk)
        form = ProductForm(editor=self.me, product=product)
        return render(request, FORM, {"form": form, "product": product})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.product(pk)
        form = ProductForm(request.POST, editor=self.me, product=product)
        if form.is_valid():
            try:
                services.update_product(
                    product,
                    form.values(),
                    actor=self.me,
                    version=form.cleaned_data["version"] or product.version,
                )
                messages.success(request, _("Saved."))
                return redirect(product)
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, FORM, form, {"product": product})


class ProductActiveView(InventoryView):
    """Takes a product out of sale, or brings it back."""

    permission_required = permissions.CHANGE_PRODUCT

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.product(pk)
        is_active = request.POST.get("is_active") == "1"
        services.update_product(product, {"is_active": is_active}, actor=self.me)
        said = _("The product is for sale again.") if is_active else _("Taken out of sale.")
        messages.success(request, said)
        return redirect(product)


class PictureAddView(InventoryView):
    """Uploads a picture."""

    permission_required = permissions.CHANGE_PRODUCT

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.product(pk)
        form = PictureForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                services.add_picture(product, form.cleaned_data["image"], actor=self.me)
                form, status = PictureForm(), 200
            except BusinessError as error:
                add_refusal(form, error)
        return _pictures(request, product, form, status)


class PictureRemoveView(InventoryView):
    """Removes a picture, or makes it the cover."""

    permission_required = permissions.CHANGE_PRODUCT

    def post(self, request: HttpRequest, pk: int, image_pk: int) -> HttpResponse:
        product = self.product(pk)
        image = self.row(self.reach(ProductImage).filter(product=product), image_pk)
        if request.POST.get("cover"):
            services.choose_cover(image, actor=self.me)
        else:
            services.remove_picture(image, actor=self.me)
        return _pictures(request, product, PictureForm(), 200)


def _pictures(
    request: HttpRequest, product: Product, form: PictureForm, status: int
) -> HttpResponse:
    product.refresh_from_db()
    context = {
        "product": product,
        "images": list(product.images.all()),
        "picture_form": form,
        "can": {"change_product": True},
    }
    return render(request, "inventory/partials/product_pictures.html", context, status=status)


class PictureView(InventoryView):
    """A picture of a product. It was made by us from the uploaded pixels, and never changes."""

    permission_required = permissions.VIEW_PRODUCT

    def get(self, request: HttpRequest, image_pk: int, size: str) -> HttpResponseBase:
        image = self.row(self.reach(ProductImage), image_pk)
        return stored_picture(image.thumbnail if size == "small" else image.image)


def stored_picture(file: Any) -> FileResponse:
    """Return a picture as it was stored. Raises Http404 when it is lost."""
    try:
        response = FileResponse(file.open("rb"), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=604800, immutable"
    return response
