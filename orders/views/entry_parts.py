"""What the entry of an order fetches while it is written: totals, items, products, customers."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Branch
from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast
from crm_project.kit.text import whole_number
from customers.finding import find
from customers.masking import PHONE, shown_phone
from customers.models import Customer
from inventory.finding import pick, scan
from inventory.models import Product
from inventory.permissions import VIEW_STOCK
from inventory.stocklist import with_stock
from orders import permissions
from orders.clock import today_in
from orders.forms import EntryLine, offer_places
from orders.forms.entry import warehouses_of
from orders.forms.fields import bare
from orders.services import exchange

from .customer_card import card_of
from .entry import EntryView
from .reach import OrderView

MOST = 8
MOST_PLACES = 3  # columns of the product list


class TotalsView(EntryView):
    """What the form comes to now, by the same rules as when it is saved. Saves nothing."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = whole_number(request.GET.get("order", ""))
        order = self.quote(asked) if asked else None
        sheet = self.sheet(request.POST, order)
        sheet.form.is_valid()
        discount_problem = sheet.form.errors.get("discount")
        if discount_problem:
            sheet.problem = " ".join(map(str, discount_problem))
        else:
            sheet.add_up()
        context = {"sheet": sheet, "priced": sheet.priced, "lines": sheet.lines, "order": order}
        return render(request, "orders/partials/entry_totals.html", {**context, "is_answer": True})


class _PartView(OrderView):
    permission_required = permissions.ADD

    def place(self) -> Any:
        """The warehouse that the form sells from."""
        places = list(warehouses_of(self.me))
        asked = whole_number(self.request.GET.get("warehouse", ""))
        return next((place for place in places if place.pk == asked), next(iter(places), None))


class EntryLineView(_PartView):
    """One more item, by `?product=` or by a scanned `?code=`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        product = self._product(request)
        if product is None:
            code = request.GET.get("code", "")[:60]
            text = _("No product with the code %(code)s.") % {"code": code}
            return toast(HttpResponse(status=204), text, kind="bad")
        place = self.place()
        line = EntryLine(product=product, price=bare(self._price(product)))
        if product.is_stocked and place:
            line.warehouse = str(place.pk)
        offer_places([line], warehouses_of(self.me))
        return render(request, "orders/partials/entry_line.html", {"line": line})

    def _product(self, request: HttpRequest) -> Product | None:
        products = Product.objects.visible_to(self.me).active()
        if asked := whole_number(request.GET.get("product", "")):
            return get_object_or_404(products, pk=asked)  # type: ignore[no-any-return]
        code = request.GET.get("code", "")[:200]
        if not code.strip():
            raise Http404
        if found := scan(code):
            return found.product
        only = pick(products, code, limit=2)
        return only[0] if len(only) == 1 else None

    def _price(self, product: Product) -> Any:
        """In the order's currency; nothing where no rate is known: saving says so."""
        currency, day = self._deal()
        try:
            return exchange(product.price, of=product.currency, to=currency, on=day)
        except BusinessError:
            return None

    def _deal(self) -> tuple[str, date]:
        """The currency and the day of the order that is written, as price_order() takes them."""
        if asked := whole_number(self.request.GET.get("order", "")):
            order = self.order(asked)
            return order.currency, today_in(order.branch.time_zone)
        branch = self.me.branch or self._branch()
        if branch is None:
            return "SAR", timezone.localdate()
        return branch.currency, today_in(branch.time_zone)

    def _branch(self) -> Branch | None:
        rows = Customer.objects.visible_to(self.me).select_related("branch")
        chosen = whole_number(self.request.GET.get("customer", ""))
        customer, place = rows.filter(pk=chosen).first(), self.place()
        return customer.branch if customer else place.branch if place else None


class EntryProductsView(_PartView):
    """The first matches with what is available in each warehouse."""

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("product_q", "")[:200]
        products = Product.objects.visible_to(self.me).active()
        found = pick(products, words, limit=MOST) if words.strip() else []
        places = self._places() if self.me.has_perm(VIEW_STOCK) else []
        context = {"rows": with_stock(found, places), "places": places, "q": words}
        return render(request, "orders/partials/pick_products.html", context)

    def _places(self) -> list[Any]:
        """The chosen warehouse first, then others."""
        chosen = self.place()
        others = [place for place in warehouses_of(self.me) if place != chosen]
        return ([chosen] if chosen else []) + others[: MOST_PLACES - 1]


class EntryCustomersView(_PartView):
    """The first customers that fit, within the reader's reach."""

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("customer_q", "")[:200]
        rows: Any = Customer.objects.visible_to(self.me).open()
        if words.strip():
            rows = find(rows, words, user=self.me)
        newest = list(rows.select_related("branch").order_by("-last_contact_at", "-pk")[:MOST])
        mode = self.me.sees_field(PHONE)
        context = {"rows": [(one, shown_phone(one.phone, mode)) for one in newest], "q": words}
        return render(request, "orders/partials/pick_customers.html", context)


class EntryCustomerView(_PartView):
    """The chosen customer's card."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Customer.objects.visible_to(self.me).select_related("branch", "category")
        card = card_of(get_object_or_404(rows, pk=pk), self.me)
        context = {"customer_card": card, "delivery_address": card.customer.address if card else ""}
        return render(request, "orders/partials/entry_customer.html", context)


class NoCustomerView(_PartView):
    """The field that finds another customer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "orders/partials/entry_customer.html", {"customer_card": None})
