"""Products: made once, changed with care, shown as the role may see them, with safe pictures."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Activity
from inventory.errors import CategoryTooDeep
from inventory.models import Product, ProductCategory, ProductImage
from inventory.services import save_category
from tests.inventory.conftest import a_product, as_built_in, receive

NEW = "/inventory/products/new/"


def form(**changes):
    values = {
        "name_ar": "مكيف سبليت", "name_en": "Split AC", "sku": "AC-18", "kind": "stocked",
        "tracking": "none", "unit": "piece", "price": "٢٤٥٠٫٥", "currency": "SAR", "cost": "1700",
        "tax_percent": "15", "is_active": "on", "request_id": str(uuid.uuid4()),
    }  # fmt: skip
    return {**values, **changes}


def a_picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def upload(content: bytes, name: str = "ac.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_same_submit_twice_makes_one_product(client_of, head):
    client, data = client_of(head), form()
    first, second = client.post(NEW, data), client.post(NEW, data)
    product = Product.objects.get()
    assert first["Location"] == second["Location"] == product.get_absolute_url()
    assert (product.price, product.cost) == (2450.5, 1700)
    assert Activity.objects.filter(verb="product.created").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": ""}, {"price": "-1"}, {"price": "NaN"}, {"price": "1e9"}, {"price": "9" * 30},
        {"price": "1.2345"}, {"tax_percent": "101"}, {"currency": "riyal"}, {"currency": "S1R"},
        {"kind": "service", "tracking": "serial"}, {"category": "99999"}, {"name_ar": ""},
        {"request_id": "x"}, {"unit": "parsec"}, {"sku": "x" * 41}, {"sku": "\u200f"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_beside_its_field(client_of, head, changes):
    answer = client_of(head).post(NEW, form(**changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Product.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("sku", "T-X"), ("barcode", "628")])
def test_a_code_names_one_product(client_of, head, field, value):
    a_product(sku="T-X", barcode="628")
    answer = client_of(head).post(NEW, form(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Product.objects.count() == 1


def test_a_change_on_top_of_anothers_change_is_refused(client_of, head):
    client = client_of(head)
    product = a_product(sku="AC-18", cost=5)
    url = reverse("inventory:product_edit", args=[product.pk])
    assert client.post(url, form(version="1", price="300")).status_code == 302
    late = client.post(url, form(version="1", price="999"))
    product.refresh_from_db()
    assert late.status_code == 422
    assert (product.price, product.version) == (300, 2)
    entry = Activity.objects.get(verb="product.changed")
    assert entry.changes["price"] == ["100", "300"] or entry.changes["price"][1] == "300"
    assert entry.changes["cost"] == ["•••", "•••"]  # the log tells no costs


def test_a_product_that_moved_keeps_how_it_is_tracked(client_of, head, warehouse):
    product = a_product(sku="AC-18")
    receive(product, warehouse, 1)
    url = reverse("inventory:product_edit", args=[product.pk])
    answer = client_of(head).post(url, form(version="1", tracking="serial"))
    product.refresh_from_db()
    assert "tracking" in answer.context["form"].errors
    assert (product.tracking, product.version) == ("none", 1)


def test_back_orders_stay_allowed_while_some_are_open(client_of, head, stock):
    from inventory.services import Want, reserve_stock

    item = stock(on_hand=1, allows_backorder=True, sku="AC-18")
    wanted = Want(
        product_id=item.product_id, warehouse_id=item.warehouse_id, quantity=3, source="a"
    )
    reserve_stock([wanted], reference="", actor=None)
    url = reverse("inventory:product_edit", args=[item.product_id])
    answer = client_of(head).post(url, form(version="1"))
    assert answer.status_code == 422
    assert Product.objects.get().allows_backorder


def test_a_product_taken_out_of_sale_leaves_the_list(client_of, head):
    client, product = client_of(head), a_product()
    client.post(reverse("inventory:product_active", args=[product.pk]), {"is_active": "0"})
    page = client.get("/inventory/products/")
    assert not page.context["rows"]
    assert 'href="/inventory/products/?is_active=false"' in page.content.decode()
    shown = client.get("/inventory/products/?is_active=false").context["rows"]
    assert [row.product for row in shown] == [product]


def test_who_may_not_change_products_changes_none(client_of, sales, keeper):
    product = a_product()
    for user in (sales, keeper):
        client = client_of(user)
        assert client.post(NEW, form()).status_code == 403
        url = reverse("inventory:product_edit", args=[product.pk])
        assert client.post(url, form(version="1", price="1")).status_code == 403
    assert Product.objects.get().price == 100


def test_a_category_finds_all_below_it(client_of, head):
    top = ProductCategory.objects.create(name_ar="تكييف", name_en="AC", code="ac")
    below = ProductCategory.objects.create(name_ar="سبليت", name_en="Split", code="sp", parent=top)
    inside, _outside = a_product(category=below), a_product()
    rows = client_of(head).get(f"/inventory/products/?category={top.pk}").context["rows"]
    assert [row.product for row in rows] == [inside]


def test_the_tree_of_categories_has_no_circle_and_five_levels(client_of, head):
    client, url = client_of(head), "/inventory/categories/new/"
    parent = ""
    for level in range(5):
        data = {
            "name_ar": "ق",
            "name_en": "C",
            "code": f"c{level}",
            "parent": parent,
            "position": 0,
        }
        assert client.post(url, data).status_code == 204
        parent = ProductCategory.objects.get(code=f"c{level}").pk
    data = {"name_ar": "ق", "name_en": "C", "code": "c5", "parent": parent, "position": 0}
    assert client.post(url, data).status_code == 422
    root = ProductCategory.objects.get(code="c0")
    circle = {**data, "code": "c0", "parent": ProductCategory.objects.get(code="c2").pk}
    assert client.post(f"/inventory/categories/{root.pk}/", circle).status_code == 422
    root.refresh_from_db()
    assert root.parent is None


def test_a_picture_is_made_anew_from_its_pixels(client_of, head, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    product, client = a_product(), client_of(head)
    exif = Image.Exif()
    exif[0x010E] = "the camera's words"
    content = a_picture("JPEG", (2400, 1200), exif=exif)
    url = reverse("inventory:picture_add", args=[product.pk])
    assert client.post(url, {"image": upload(content, "evil.html")}).status_code == 200

    image = ProductImage.objects.get()
    product.refresh_from_db()
    assert product.cover == image
    assert image.image.name.endswith(".webp")
    assert "evil" not in image.image.name
    with Image.open(image.image) as large, Image.open(image.thumbnail) as small:
        assert (large.format, large.size, small.size) == ("WEBP", (1600, 800), (320, 160))
        assert not large.getexif()
    shown = client.get(reverse("inventory:picture", args=[image.pk, "small"]))
    assert shown["Content-Type"] == "image/webp"
    assert b"camera" not in b"".join(shown.streaming_content)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 50,
        b"\x89PNG\r\n\x1a\n broken", a_picture("GIF"), a_picture("PNG") [:200],
        b"\0" * (8 * 1024 * 1024 + 1),
    ],
    ids=["empty", "svg", "gif", "broken", "real gif", "cut", "huge"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_whatever_its_name(
    client_of, head, content, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    product = a_product()
    url = reverse("inventory:picture_add", args=[product.pk])
    answer = client_of(head).post(url, {"image": upload(content)})
    assert answer.status_code == 422
    assert not ProductImage.objects.exists()
    assert not list(tmp_path.rglob("*.webp"))


def test_removing_the_cover_shows_the_next_picture(client_of, head, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    product, client = a_product(), client_of(head)
    add = reverse("inventory:picture_add", args=[product.pk])
    for _turn in range(2):
        client.post(add, {"image": upload(a_picture())})
    first, second = ProductImage.objects.order_by("pk")
    client.post(reverse("inventory:picture_change", args=[product.pk, first.pk]))
    product.refresh_from_db()
    assert product.cover == second
    assert ProductImage.objects.count() == 1


def test_the_picker_puts_the_exact_code_first(client_of, sales, stock):
    stock(on_hand=2, sku="ZZ-1", name_ar="مكيف AC-18 بديل", name_en="")
    exact = stock(on_hand=7, sku="AC-18", barcode="628100")
    client = client_of(sales)
    for words in ("AC-18", "ac-18", "628100", "٦٢٨١٠٠"):
        rows = client.get("/inventory/products/pick/", {"q": words}).context["rows"]
        assert rows[0].product == exact.product, words
    body = client.get("/inventory/products/pick/", {"q": "AC-18"}).content.decode()
    assert 'data-available="7"' in body
    assert 'data-price="100"' in body


def test_the_picker_shows_eight_and_survives_anything(client_of, sales):
    for _turn in range(10):
        a_product()
    client = client_of(sales)
    assert len(client.get("/inventory/products/pick/").context["rows"]) == 8
    for words in ("%", "_", "\\", "x" * 5000, "'; DROP", "🙂"):
        answer = client.get("/inventory/products/pick/", {"q": words, "warehouse": "9" * 30})
        assert answer.status_code == 200


def keys_of(answer) -> list[str]:
    return answer.context["columns"]


def test_a_person_keeps_the_columns_chosen_and_a_visit_may_differ(client_of, keeper, head, stock):
    stock(on_hand=3, cost="5")
    client, url = client_of(keeper), "/inventory/products/"
    chosen = {"columns": ["value", "barcode", "no such"], "query": "q=x&cols=price"}
    answer = client.post(f"{url}columns/", chosen, HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"] == f"{url}?q=x"
    page = client.get(url)
    assert keys_of(page) == ["value", "barcode"]
    assert len(page.context["tabs"]) == 1  # what keeps the columns is no view of its own
    assert keys_of(client.get(f"{url}?cols=price,on_hand")) == ["price", "on_hand"]
    assert keys_of(client_of(head).get(url)) == ["category", "warehouses", "available", "price"]


def test_pictures_are_another_look_at_the_same_view(client_of, keeper):
    keeper.saved_views.create(name="new", page="inventory:products", query="order=newest")
    client, shown = client_of(keeper), []
    for query in ("view=grid", "view=grid&order=newest", "view=grid&order=price"):
        context = client.get(f"/inventory/products/?{query}").context
        active = [tab["label"] for tab in context["tabs"] if tab["is_active"]]
        shown.append((list(map(str, active)), bool(context["save_url"])))
    assert shown == [(["كل المنتجات"], False), (["new"], False), ([], True)]


def test_columns_of_costs_are_no_choice_for_who_sees_none(client_of, sales, stock):
    stock(on_hand=3, cost="7391")
    client = client_of(as_built_in(sales))
    page = client.get("/inventory/products/?cols=value,cost,price")
    assert keys_of(page) == ["price"]
    assert "7391" not in page.content.decode()
    panel = client.get("/inventory/products/columns/").context["options"]
    assert not {"value", "cost"} & {option.key for option, _is_shown in panel}


def test_a_category_never_lies_below_itself_also_when_two_move_them_at_once(manager):
    first, second = (
        save_category(None, {"name_ar": name, "name_en": name, "code": name}, actor=manager)
        for name in ("a", "b")
    )
    as_the_rival_read_it = ProductCategory.objects.get(pk=first.pk)
    save_category(first, {"parent": second}, actor=manager)
    with pytest.raises(CategoryTooDeep):
        save_category(second, {"parent": as_the_rival_read_it}, actor=manager)
    assert not ProductCategory.objects.filter(pk=second.pk, parent__isnull=False).exists()
