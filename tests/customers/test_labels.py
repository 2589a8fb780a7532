"""Categories and tags: kept on one page by those who may set them up."""

import pytest

from accounts.models import Activity
from customers.errors import NameTaken
from customers.models import Category, Customer, Tag
from customers.services import (
    CategoryDraft,
    category_named,
    remove_category,
    rename_tag,
    save_category,
)
from tests.factories import make_customer

BASE = "/customers/settings/"
HTMX = {"HTTP_HX_REQUEST": "true"}
FIELDS = {"colour": "gold", "position": "0"}


@pytest.fixture
def gold(db):
    return Category.objects.create(name_ar="ذهبي", name_en="Gold", colour="gold")


def test_only_those_who_set_up_see_and_change_them(client_of, supervisor, gold):
    client, tag = client_of(supervisor), Tag.objects.create(name="vip")
    for path in ("labels/", "categories/new/", f"categories/{gold.pk}/", f"tags/{tag.pk}/"):
        assert client.get(f"{BASE}{path}").status_code == 403, path
    for path in (f"categories/{gold.pk}/remove/", f"tags/{tag.pk}/remove/"):
        assert client.post(f"{BASE}{path}").status_code == 403, path
    assert (Category.objects.count(), Tag.objects.count()) == (1, 1)


def test_a_category_is_added_changed_and_counted(client_of, manager, riyadh, gold):
    make_customer(riyadh, category=gold)
    client = client_of(manager)
    body = {"name_ar": "فضي", "name_en": "Silver", "colour": "info", "position": "2"}
    assert client.post(f"{BASE}categories/new/", body, **HTMX).status_code == 204
    body |= {"name_ar": "أزرق", "name_en": "gold"}
    refused = client.post(f"{BASE}categories/new/", body, **HTMX)
    assert (refused.status_code, "name_en" in refused.context["form"].errors) == (422, True)
    page = client.get(f"{BASE}labels/").context
    assert [(one.name_en, one.count) for one in page["categories"]] == [("Gold", 1), ("Silver", 0)]
    client.post(f"{BASE}categories/{gold.pk}/", {**body, "name_ar": "ذهب"}, **HTMX)
    gold.refresh_from_db()
    assert gold.name_ar == "ذهب"
    assert Activity.objects.filter(verb="category.saved").count() == 2


def test_the_admin_says_that_a_name_is_taken(client_of, manager, gold):
    manager.is_staff, manager.language = True, "ar"
    manager.save(update_fields=["is_staff", "language"])
    Tag.objects.create(name="vip")
    for path, body in (("category", {"name_ar": "أ", "name_en": "GOLD"}), ("tag", {"name": "VIP"})):
        page = client_of(manager).post(f"/admin/customers/{path}/add/", {**FIELDS, **body})
        assert "هذا الاسم موجود" in str(page.context["adminform"].form.errors), path
    assert (Category.objects.count(), Tag.objects.count()) == (1, 1)


def test_a_category_is_found_by_name_or_made(manager, gold):
    assert [category_named(name, actor=manager) for name in ("gold", "ذهبي")] == [gold, gold]
    made = category_named("Silver", actor=manager)
    assert (made.name_ar, category_named("SILVER", actor=manager)) == ("Silver", made)


@pytest.mark.parametrize(
    "change",
    [{"name_ar": ""}, {"colour": "<b>"}, {"position": "-1"}, {"position": "9" * 30}, {"name_en": "x" * 121}],
)  # fmt: skip
def test_a_bad_category_is_refused(client_of, manager, change):
    body = {"name_ar": "س", "name_en": "S", "colour": "gold", "position": "1", **change}
    answer = client_of(manager).post(f"{BASE}categories/new/", body, **HTMX)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(change))
    assert not Category.objects.exists()


def test_a_removed_category_leaves_its_customers_without_or_with_its_heir(manager, riyadh, gold):
    heir = save_category(None, CategoryDraft(name_ar="و", name_en="H"), actor=manager)
    customer = make_customer(riyadh, category=gold)
    assert remove_category(gold, actor=manager, heir=heir) == 1
    customer.refresh_from_db()
    assert customer.category == heir
    remove_category(heir, actor=manager)
    customer.refresh_from_db()
    assert customer.category is None


def test_a_tag_is_renamed_merged_and_removed(client_of, manager, riyadh):
    old, new = Tag.objects.create(name="vip"), Tag.objects.create(name="VIP customer")
    both = make_customer(riyadh, tags=(old, new))
    one = make_customer(riyadh, tags=(old,))
    client = client_of(manager)
    client.post(f"{BASE}tags/{new.pk}/", {"name": "مهم"}, **HTMX)
    new.refresh_from_db()
    assert new.name == "مهم"
    refused = client.post(f"{BASE}tags/{new.pk}/", {"name": "VIP"}, **HTMX)
    assert (refused.status_code, "name" in refused.context["form"].errors) == (422, True)
    client.post(f"{BASE}tags/{old.pk}/", {"name": "vip", "into": new.pk}, **HTMX)
    assert set(Customer.objects.filter(tags=new)) == {both, one}
    assert list(Tag.objects.all()) == [new]
    client.post(f"{BASE}tags/{new.pk}/remove/", **HTMX)
    assert not Tag.objects.exists()
    assert Customer.objects.count() == 2


def test_a_tag_is_added_once(client_of, manager, supervisor, db):
    url = f"{BASE}tags/new/"
    assert client_of(supervisor).post(url, {"name": "vip"}).status_code == 403
    assert client_of(manager).get(url, **HTMX).status_code == 200
    assert client_of(manager).post(url, {"name": "vip"}, **HTMX).status_code == 204
    for wrong in ("VIP", "", "x" * 41):
        assert client_of(manager).post(url, {"name": wrong}, **HTMX).status_code == 422
    assert list(Tag.objects.values_list("name", flat=True)) == ["vip"]


def test_a_name_is_taken_in_any_case(manager, db):
    tag = Tag.objects.create(name="a")
    Tag.objects.create(name="B")
    with pytest.raises(NameTaken):
        rename_tag(tag, "b", actor=manager)


def test_programs_read_them_and_write_them_by_permission(api_of, sales, gold):
    Tag.objects.create(name="vip")
    api = api_of(sales)
    assert api.get("/api/v1/customer-categories/").json()["results"][0]["name_en"] == "Gold"
    assert api.get("/api/v1/customer-tags/").json()["results"][0]["name"] == "vip"
    assert api.post("/api/v1/customer-tags/", {"name": "x"}).status_code == 403
