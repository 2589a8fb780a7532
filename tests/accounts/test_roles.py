"""The role matrix: edited cells are in force at the next request."""

import pytest
from django.core.management import call_command

from accounts.errors import RoleAboveOwn
from accounts.models import Activity, Role
from accounts.roles import RoleCode, builtin_grants
from accounts.services.roles import Matrix, create_role, save_matrix, sync_roles
from tests.factories import make_role, make_user


def edit(client, role, **cells):
    known = {"version": role.version}
    return client.post(f"/roles/{role.pk}/", {**known, **cells})


def test_a_cell_switched_off_refuses_at_the_next_request(client_of, manager, sales):
    client = client_of(sales)
    assert client.get("/users/").status_code == 200
    response = edit(client_of(manager), sales.role, **{"accounts.view_user": "none"})
    assert response.status_code == 302
    assert client.get("/users/").status_code == 403
    assert Activity.objects.get(verb="role.changed").changes == {
        "accounts.view_user": ["branch", "none"]
    }


def test_a_wider_scope_shows_more_at_the_next_request(client_of, api_of, manager, sales, sales_b):
    api = api_of(sales)
    assert api.get(f"/api/v1/users/{sales_b.pk}/").status_code == 404
    edit(client_of(manager), sales.role, **{"accounts.view_company": "company"})
    assert api.get(f"/api/v1/users/{sales_b.pk}/").status_code == 200


def test_a_sensitive_field_can_be_masked(client_of, manager, sales):
    edit(client_of(manager), sales.role, **{"customers.phone": "masked"})
    sales.role.refresh_from_db()
    assert sales.sees_field("customers.phone") == "masked"


def test_cells_that_were_not_sent_stay(client_of, manager, sales):
    before = dict(sales.role.grants)
    edit(client_of(manager), sales.role, **{"accounts.view_user": "own"})
    sales.role.refresh_from_db()
    assert sales.role.grants == {**before, "accounts.view_user": "own"}


@pytest.mark.parametrize("cell", [{"accounts.view_user": "galaxy"}, {"customers.phone": "x"}])
def test_nonsense_in_a_cell_is_refused(client_of, manager, sales, cell):
    assert edit(client_of(manager), sales.role, **cell).status_code == 422


def test_a_role_saved_meanwhile_is_not_overwritten(client_of, manager, sales):
    first = Role.objects.get(pk=sales.role.pk)
    edit(client_of(manager), first, **{"accounts.view_user": "own"})
    response = edit(client_of(manager), first, **{"accounts.view_user": "none"})
    assert response.status_code == 409
    first.refresh_from_db()
    assert first.grants["accounts.view_user"] == "own"


def test_the_company_managers_role_and_the_own_role_stay(client_of, manager):
    for code in ("accounts.change_role", "accounts.view_user"):
        assert edit(client_of(manager), manager.role, **{code: "none"}).status_code == 403
    manager.role.refresh_from_db()
    assert manager.role.grants["accounts.change_role"] == "company"


@pytest.fixture
def half_manager(riyadh):
    """Somebody of lower rank who may edit roles, in the branch only."""
    user = make_user(RoleCode.BRANCH_MANAGER, riyadh)
    user.role.grants = {**user.role.grants, "accounts.change_role": "branch"}
    user.role.save()
    return user


def test_nobody_gives_a_scope_wider_than_the_own(client_of, half_manager, sales):
    client = client_of(half_manager)
    assert edit(client, sales.role, **{"leads.view_lead": "branch"}).status_code == 302
    sales.role.refresh_from_db()
    response = edit(client, sales.role, **{"leads.view_lead": "company"})
    assert response.status_code == 422
    sales.role.refresh_from_db()
    assert sales.role.grants["leads.view_lead"] == "branch"


def test_the_service_refuses_a_wider_scope_whoever_calls_it(half_manager, sales):
    wanted = Matrix(grants={"leads.view_lead": "company"}, fields={}, version=sales.role.version)
    with pytest.raises(RoleAboveOwn):
        save_matrix(sales.role, wanted, actor=half_manager)
    assert Role.objects.get(code="sales").grants["leads.view_lead"] == "own"


@pytest.fixture
def masked_manager(half_manager):
    """The same, who sees no whole phone number and no identifier at all."""
    half_manager.role.hidden_fields = {
        "customers.phone": "masked",
        "customers.identifiers": "hidden",
    }
    half_manager.role.save()
    return half_manager


@pytest.mark.parametrize(
    ("field", "before", "wanted"),
    [
        ("customers.phone", "masked", "visible"),
        ("customers.phone", "hidden", "visible"),
        ("customers.identifiers", "hidden", "masked"),
        ("customers.identifiers", "hidden", "visible"),
    ],
)
def test_nobody_unmasks_for_others_what_is_masked_for_them(
    client_of, masked_manager, sales, field, before, wanted
):
    sales.role.hidden_fields = {field: before}
    sales.role.save()
    response = edit(client_of(masked_manager), sales.role, **{field: wanted})
    assert response.status_code == 422
    sales.role.refresh_from_db()
    assert (sales.role.hidden_fields, sales.role.version) == ({field: before}, 1)
    assert not Activity.objects.filter(verb="role.changed").exists()


def test_masking_more_and_seeing_as_much_as_the_own_is_allowed(client_of, masked_manager, sales):
    cells = {"customers.phone": "masked", "customers.identifiers": "hidden"}
    assert edit(client_of(masked_manager), sales.role, **cells).status_code == 302
    cells = {"customers.phone": "hidden", "customers.email": "masked"}
    sales.role.refresh_from_db()
    assert edit(client_of(masked_manager), sales.role, **cells).status_code == 302
    assert (
        edit(
            client_of(masked_manager),
            Role.objects.get(code="sales"),
            **{"customers.phone": "masked"},
        ).status_code
        == 302
    )
    sales.role.refresh_from_db()
    of_customers = {
        name: way for name, way in sales.role.hidden_fields.items() if name.startswith("customers.")
    }
    assert of_customers == {
        "customers.phone": "masked",
        "customers.identifiers": "hidden",
        "customers.email": "masked",
    }


def test_the_service_refuses_to_unmask_whoever_calls_it(masked_manager, sales):
    sales.role.hidden_fields = {"customers.phone": "masked"}
    sales.role.save()
    wanted = Matrix(
        grants={"leads.view_lead": "none"}, fields={"customers.phone": "visible"}, version=1
    )
    with pytest.raises(RoleAboveOwn):
        save_matrix(sales.role, wanted, actor=masked_manager)
    role = Role.objects.get(code="sales")
    assert role.hidden_fields == {"customers.phone": "masked"}
    assert role.grants["leads.view_lead"] == "own"


def test_nobody_gives_a_permission_that_they_lack(client_of, half_manager, sales):
    response = edit(client_of(half_manager), sales.role, **{"accounts.manage_keys": "own"})
    assert response.status_code == 422
    sales.role.refresh_from_db()
    assert "accounts.manage_keys" not in sales.role.grants


def assert_no_copy_is_made(client, like, actor):
    asked = {"name_ar": "نسخة", "name_en": "Copy", "like": like.pk}
    assert client.post("/roles/new/", asked).status_code == 422
    with pytest.raises(RoleAboveOwn):
        create_role(name_ar="نسخة", name_en="Copy", like=like, actor=actor)
    assert not Role.objects.filter(code="copy").exists()


def test_nobody_copies_a_role_with_a_permission_that_they_lack(client_of, half_manager, sales):
    sales.role.grants = {**sales.role.grants, "accounts.manage_keys": "own"}
    sales.role.save()
    assert_no_copy_is_made(client_of(half_manager), sales.role, half_manager)


def test_nobody_copies_a_role_that_sees_what_is_masked_for_them(client_of, masked_manager, sales):
    assert_no_copy_is_made(client_of(masked_manager), sales.role, masked_manager)


def test_nobody_changes_a_role_above_the_own(client_of, half_manager):
    top = make_role(RoleCode.COMPANY_MANAGER)
    response = edit(client_of(half_manager), top, **{"accounts.view_user": "none"})
    assert response.status_code == 403


def test_only_who_may_change_roles_sees_the_matrix(client_of, manager, sales):
    assert client_of(sales).get("/roles/").status_code == 403
    page = client_of(manager).get("/roles/")
    assert page.status_code == 200
    assert "leads.view_lead" in page.content.decode()
    assert client_of(manager).get(f"/roles/{sales.role.pk}/").status_code == 200


def test_a_new_role_begins_as_a_copy(client_of, manager, sales):
    response = client_of(manager).post(
        "/roles/new/", {"name_ar": "مبيعات أولى", "name_en": "Senior sales", "like": sales.role.pk}
    )
    role = Role.objects.get(code="senior-sales")
    assert response.url == f"/roles/{role.pk}/"
    assert role.grants == sales.role.grants


def test_syncing_makes_the_built_in_roles_in_both_languages(db):
    call_command("sync_roles")
    assert set(Role.objects.values_list("code", flat=True)) == set(RoleCode.values)
    assert sync_roles().created == ()


def test_syncing_adds_new_permissions_and_keeps_what_was_edited(db):
    sync_roles()
    role = Role.objects.get(code="sales")
    edited = {**role.grants, "leads.view_lead": "none"}
    del edited["accounts.view_user"]
    Role.objects.filter(pk=role.pk).update(grants=edited)
    assert sync_roles().added_grants == 1
    role.refresh_from_db()
    assert role.grants == {**builtin_grants(RoleCode.SALES), "leads.view_lead": "none"}
