"""Customers from a file: what each field becomes, what is refused in plain words, what is one."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Activity
from accounts.roles import RoleCode
from customers.models import Category, Consent, Customer, CustomField, DuplicatePair, Note, Tag
from customers.resources import CustomerResource
from exchange import services, tasks
from exchange.models import Batch
from tests.exchange.conftest import mapped, uploaded
from tests.factories import make_customer, make_user


def table(*rows, head="Name,Phone,Email"):
    return "\n".join([head, *rows]).encode()


def codes(batch, *, is_warning=False):
    return list(batch.errors.filter(is_warning=is_warning).values_list("field", "code"))


def test_a_trial_writes_nothing_but_what_it_found(check, manager, riyadh):
    from tests.exchange.conftest import uploaded

    tables = (Customer, Category, Note, CustomField, DuplicatePair)
    before = [model.objects.count() for model in tables]
    content = table(
        "Noura,0551234567,n@x.example,7,Gold,new tag",
        "Bad,12,,8,Silver,",
        head="Name,Phone,Email,ID,Category,Tags",
    )
    batch = check(uploaded(manager, riyadh, content), options={"create_missing": True})
    assert [model.objects.count() for model in tables] == before
    assert (batch.created_count, batch.failed_count) == (1, 1)
    assert not Activity.objects.filter(verb="customer.imported").exists()


def test_a_trial_that_was_cancelled_and_begun_anew_writes_nothing_into_the_new_one(
    manager, riyadh, run_jobs, monkeypatch
):
    """The old run still reads its first rows while the columns are chosen again."""
    batch = mapped(uploaded(manager, riyadh, b"Name,Phone\nNoura,0551234567\nHind,12\n"))
    services.start_check(batch, step=tasks.check_batch)
    begin, others = CustomerResource.begin, iter([True])

    def begins_anew(resource, context):
        if next(others, False):
            services.cancel_batch(batch, actor=manager)
            services.start_again(batch)
            mapped(batch, mapping={"Phone": ""})
            services.start_check(batch, step=tasks.check_batch)
            begin(resource, context)
            return
        seen.append(Batch.objects.values_list("status", "rows_done").get(pk=batch.pk))
        begin(resource, context)

    seen = []
    monkeypatch.setattr(CustomerResource, "begin", begins_anew)
    run_jobs()
    batch.refresh_from_db()
    assert seen == [(Batch.Status.CHECKING, 0)]
    assert (batch.status, batch.created_count, batch.failed_count) == (Batch.Status.CHECKED, 2, 0)


def test_every_field_arrives(bring_in, manager, riyadh):
    gold = Category.objects.create(name_ar="ذهبي", name_en="Gold")
    rep = make_user(RoleCode.SALES, riyadh, name="فهد الحربي", name_en="Fahad Alharbi")
    CustomField.objects.create(code="rooms", kind="number", name_ar="الغرف", name_en="Rooms")
    head = (
        "First Name,Last Name,Company,Mobile,Email,City,District,Address,Country,Category,Tags,"
        "Owner,Source,Language,National ID,Created,Notes,Marketing consent,Rooms"
    )
    row = (
        "Noura,Alotaibi,Ofuq,055 123 4567 ; 0112223344,N@X.example,Riyadh,Narjis,12 Olaya St,KSA,"
        'ذهبي,"VIP, Shop",fahad alharbi,Referral,English,1010101010,2024-03-14,likes blue,yes,٤'
    )
    bring_in(manager, table(row, head=head))
    one = Customer.objects.get()
    assert (one.name, one.company, one.kind) == ("Noura Alotaibi", "Ofuq", "person")
    assert (one.phone, one.email) == ("+966551234567", "n@x.example")
    assert sorted(one.points.values_list("value", flat=True)) == [
        "+966112223344",
        "+966551234567",
        "n@x.example",
    ]
    assert (one.city, one.address) == ("Riyadh", "12 Olaya St, Narjis")
    assert one.addresses.get().district == "Narjis"
    assert (one.category, one.owner, one.source, one.language) == (gold, rep, "referral", "en")
    assert one.national_id == "1010101010"
    assert {tag.name for tag in one.tags.all()} == {"VIP", "Shop"}
    assert one.custom == {"rooms": "4"}
    assert one.notes.get().text == "likes blue"
    said = Consent.objects.filter(customer=one)
    assert {(entry.source, entry.is_granted) for entry in said} == {("import", True)}
    assert said.count() == 3
    assert one.branch == riyadh


@pytest.mark.parametrize(
    ("head", "cell", "expected"),
    [
        ("Phone", "055123", ("phone", "phone_too_short")),
        ("Phone", "0991234567", ("phone", "phone_invalid")),
        ("Phone", "9.66551E+11", ("phone", "phone_shortened")),
        ("Email", "noura.example", ("email", "email_without_at")),
        ("Email", '"noura@mail,example"', ("email", "email_mended")),
        ("Email", "noura@mail", ("email", "email_without_dot")),
        ("Created", "31/02/2024", ("created", "no_such_day")),
        ("Created", "1445/09/31", ("created", "no_such_day")),
        ("Created", "12 رمضان 2024", ("created", "not_a_date")),
        ("Created", "soon", ("created", "not_a_date")),
        ("Created", "2199-01-01", ("created", "in_the_future")),
        ("Owner", "Nobody Known", ("owner", "unknown_owner")),
        ("Category", "Platinum", ("category", "unknown_category")),
        ("Marketing consent", "perhaps", ("consent_marketing", "not_yes_or_no")),
        ("City", "x" * 81, ("city", "too_long")),
        ("Rooms", "many", ("custom:rooms", "custom_value")),
    ],
)
def test_a_bad_cell_keeps_its_row_out_with_a_sentence(head, cell, expected, bring_in, manager):
    CustomField.objects.create(code="rooms", kind="number", name_ar="الغرف", name_en="Rooms")
    batch = bring_in(manager, table(f"Noura,{cell}", "Sara,", head=f"Name,{head}"))
    assert codes(batch) == [expected]
    assert [one.name for one in Customer.objects.all()] == ["Sara"]
    from customers.resources import CustomerResource

    error = batch.errors.get(is_warning=False)
    for language in ("en", "ar"):
        with translation.override(language):
            params = {**error.params, "value": error.value}
            assert len(CustomerResource().sentence(error.code, params)) > 10


def test_what_was_probably_meant_is_suggested(bring_in, manager, riyadh):
    make_user(RoleCode.SALES, riyadh, name="سامي القرني", name_en="Sami Alqarni")
    Category.objects.create(name_ar="ذهبي", name_en="Gold")
    content = table("A,Samy Alqarny,", "B,,Golf", head="Name,Owner,Category")
    batch = bring_in(manager, content)
    meant = [error.params["meant"] for error in batch.errors.filter(is_warning=False)]
    assert meant == ["Sami Alqarni", "Gold"]


def test_missing_categories_are_added_only_when_that_is_chosen(bring_in, manager):
    content = table("A,Gold", "B,gold ", head="Name,Category")
    assert bring_in(manager, content).failed_count == 2
    batch = bring_in(manager, content, options={"create_missing": True})
    assert batch.created_count == 2
    assert Category.objects.get().customers.count() == 2


def test_a_label_is_one_in_capitals_or_not(bring_in, manager, riyadh):
    vip = Tag.objects.create(name="vip")
    batch = bring_in(manager, table("Noura,VIP;vip", "Sami,Vip", head="Name,Tags"))
    assert batch.created_count == 2
    assert list(Tag.objects.all()) == [vip]
    assert vip.customers.count() == 2


@pytest.mark.parametrize("nothing", ["[not provided]", "-", "n/a", "NULL", "—", "لا يوجد"])
def test_what_stands_for_nothing_is_nothing(nothing, bring_in, manager):
    bring_in(manager, table(f"Noura,{nothing},{nothing}"))
    one = Customer.objects.get()
    assert (one.phone, one.email) == ("", "")


def test_who_may_not_set_categories_up_adds_none_by_a_file(
    bring_in, check, supervisor, riyadh, client_of
):
    from tests.exchange.conftest import uploaded

    content = table("Noura,0551234567,Platinum", head="Name,Phone,Category")
    batch = uploaded(supervisor, riyadh, content)
    client = client_of(supervisor)
    page = f"/imports/{batch.pk}/"
    assert "create_missing" not in client.get(page).content.decode()
    columns = {"column_0": "name", "column_1": "phone", "column_2": "category"}
    client.post(f"{page}columns/", {**columns, "on_duplicate": "skip", "create_missing": "on"})
    batch.refresh_from_db()
    done = bring_in(supervisor, content, options=batch.options)
    assert codes(done) == [("category", "unknown_category")]
    assert not Category.objects.filter(name_en="Platinum").exists()


def test_a_row_without_a_name_is_called_by_company_or_contact(bring_in, manager):
    head = "Name,Company,Email"
    batch = bring_in(manager, table(",شركة النور,", ",,info@x.example", "-,,", head=head))
    made = list(Customer.objects.order_by("pk").values_list("name", "company", "kind"))
    assert made == [("شركة النور", "", "company"), ("info@x.example", "", "person")]
    assert codes(batch) == [("name", "no_name")]


def test_a_bad_contact_beside_a_good_one_lets_the_row_in(bring_in, manager):
    batch = bring_in(manager, table("Noura,0551234567,noura@mail"))
    assert (batch.created_count, batch.failed_count) == (1, 0)
    assert codes(batch, is_warning=True) == [("email", "email_without_dot")]


def test_the_same_phone_or_e_mail_twice_in_a_file_is_one_customer(bring_in, manager):
    batch = bring_in(
        manager,
        table("Noura,0551234567,", "N. A.,+966 55 123 4567,", "X,,a@b.example", "Y,,A@B.example"),
    )
    assert (batch.created_count, batch.skipped_count) == (2, 2)


def test_repeats_are_counted_by_the_trial_as_by_the_import(check, bring_in, manager, riyadh):
    from tests.exchange.conftest import uploaded

    content = table(*(f"P{n},05512345{n % 30:02d}," for n in range(60)))
    batch = check(uploaded(manager, riyadh, content))
    assert (batch.created_count, batch.skipped_count) == (30, 30)
    done = bring_in(manager, content)
    assert (done.created_count, done.skipped_count) == (30, 30)


def test_a_customer_of_another_branch_is_not_known(bring_in, supervisor, jeddah, sales_b):
    make_customer(jeddah, sales_b, name="Canary", phones=("+966551234567",))
    batch = bring_in(supervisor, table("Noura,0551234567,"))
    assert (batch.created_count, batch.skipped_count) == (1, 0)
    assert not batch.errors.exists()


def test_a_name_like_a_known_one_is_a_note_of_the_trial_only(check, bring_in, manager, riyadh):
    from tests.exchange.conftest import uploaded

    make_customer(riyadh, None, name="محمد عبدالله العتيبي")
    content = table("Mohammed Abdullah Alotaibi,0551234567,")
    batch = check(uploaded(manager, riyadh, content))
    assert codes(batch, is_warning=True) == [("name", "name_is_known")]
    done = bring_in(manager, content)
    assert (done.created_count, done.errors.count()) == (1, 0)
    assert DuplicatePair.objects.count() == 1


def test_known_customers_stay_as_they_are_when_that_is_chosen(bring_in, manager, riyadh):
    one = make_customer(riyadh, None, name="Noura", phones=("+966551234567",))
    batch = bring_in(manager, table("Other,0551234567,o@x.example"))
    one.refresh_from_db()
    assert (one.name, one.email, one.version) == ("Noura", "", 1)
    assert (batch.skipped_count, batch.changes.count()) == (1, 0)


def test_filling_in_lets_cells_win_and_empty_ones_change_nothing(bring_in, manager, riyadh):
    one = make_customer(
        riyadh, None, name="Noura", city="Jeddah", company="Ofuq", phones=("+966551234567",)
    )
    head = "Name,Phone,Email,City,Company,Tags,Notes,Street"
    row = "Noura Alotaibi,0551234567 / 0112223344,n@x.example,Riyadh,-,VIP,calls late,1 King Rd"
    batch = bring_in(manager, table(row, head=head), on_duplicate=Batch.OnDuplicate.UPDATE)
    one.refresh_from_db()
    assert batch.updated_count == 1
    assert (one.name, one.city, one.company) == ("Noura Alotaibi", "Riyadh", "Ofuq")
    assert (one.phone, one.email, one.version) == ("+966551234567", "n@x.example", 2)
    assert one.points.count() == 3
    assert [tag.name for tag in one.tags.all()] == ["VIP"]
    entry = Activity.objects.get(verb="customer.changed", object_id=one.pk)
    assert entry.changes["city"] == ["Jeddah", "Riyadh"]


def test_what_other_apps_find_a_customer_by_follows_an_import_and_its_undo(
    bring_in, manager, riyadh, run_jobs
):
    from exchange import services, tasks
    from tests.inspections.conftest import make_type, make_visit

    one = make_customer(riyadh, manager, name="Noura", phones=("+966551234567",))
    visit = make_visit(riyadh, make_type(), manager, customer=one)
    batch = bring_in(manager, table("Haifa,0551234567,"), on_duplicate=Batch.OnDuplicate.UPDATE)
    visit.refresh_from_db()
    assert "haifa" in visit.search_text.lower()
    services.start_undo(batch, step=tasks.undo_batch, actor=manager)
    run_jobs()
    visit.refresh_from_db()
    assert "noura" in visit.search_text.lower()


def test_filling_in_twice_changes_nothing_more(bring_in, manager, riyadh):
    make_customer(riyadh, None, name="Noura", phones=("+966551234567",))
    content = table("Noura,0551234567,n@x.example,calls late", head="Name,Phone,Email,Notes")
    for updated in (1, 0):
        batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
        assert batch.updated_count == updated
    assert Note.objects.count() == 1


def test_rows_of_one_customer_fill_the_first_of_them_in(bring_in, manager):
    content = table("Noura,0551234567,", ",0551234567,n@x.example", "Noura A.,,n@x.example")
    batch = bring_in(manager, content, on_duplicate=Batch.OnDuplicate.UPDATE)
    one = Customer.objects.get()
    assert (batch.created_count, batch.updated_count) == (1, 1)
    assert (one.name, one.email) == ("Noura", "n@x.example")


def test_all_are_added_when_that_is_chosen(bring_in, manager, riyadh):
    make_customer(riyadh, None, name="Noura", phones=("+966551234567",))
    batch = bring_in(manager, table("Noura,0551234567,"), on_duplicate=Batch.OnDuplicate.CREATE)
    assert batch.created_count == 1
    assert Customer.objects.count() == 2


def test_identifiers_are_no_field_for_those_who_may_not_see_them(manager, supervisor):
    from customers.resources import CustomerResource

    def offered(person):
        return {field.code for field in CustomerResource().fields(person)}

    supervisor.role.hidden_fields = {"customers.identifiers": "masked"}
    assert "national_id" in offered(manager)
    assert not offered(supervisor) & {"national_id", "tax_id"}


def test_a_bad_identifier_is_not_kept_readable(bring_in, manager):
    batch = bring_in(manager, table(f"Noura,{'9' * 50}", head="Name,National ID"))
    assert batch.errors.get(code="too_long").value == "•••"


def test_each_chunk_leaves_one_entry_and_one_job(bring_in, manager, monkeypatch):
    monkeypatch.setattr("exchange.services.ahead.CHUNK", 2)
    batch = bring_in(manager, table(*(f"P{n},05512345{n:02d}," for n in range(5))))
    entries = Activity.objects.filter(verb="customer.imported", object_id=batch.pk)
    assert sorted(len(one.changes["ids"]) for one in entries) == [1, 2, 2]
    assert Activity.objects.filter(verb="customer.created").count() == 0
    assert Activity.objects.filter(verb="import.finished").count() == 1


def test_the_search_for_duplicates_afterwards_occupies_one_place_of_a_worker(
    check, manager, riyadh, monkeypatch
):
    from exchange import services, tasks
    from exchange.services import run_import
    from tests.exchange.conftest import uploaded

    monkeypatch.setattr("customers.resources.customers.AT_ONCE", 2)
    batch = check(uploaded(manager, riyadh, table(*(f"P{n},05512345{n:02d}," for n in range(5)))))
    services.start_import(batch, step=tasks.import_batch, actor=manager)
    run_import(batch.pk, resource=CustomerResource())
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="look_for_duplicates_among")
    assert sorted(len(job.args["customer_ids"]) for job in jobs) == [1, 2, 2]
    assert {job.lock for job in jobs} == {"duplicates"}


def test_formulas_and_markup_are_kept_as_they_stand(bring_in, manager):
    hostile = "<img src=x onerror=alert(1)>"
    bring_in(manager, table(f"{hostile},0551234567,", "=1+1,0551234568,"))
    assert set(Customer.objects.values_list("name", flat=True)) == {hostile, "=1+1"}


def test_what_an_export_guarded_comes_back_as_it_was(bring_in, manager):
    bring_in(manager, table("'=1+1,'+966551234567,"))
    one = Customer.objects.get()
    assert (one.name, one.phone) == ("=1+1", "+966551234567")


def test_a_bad_moment_of_the_database_costs_a_try_and_not_the_import(
    check, manager, riyadh, monkeypatch
):
    from exchange import services, tasks
    from tests.exchange.conftest import uploaded

    monkeypatch.setattr("exchange.services.ahead.CHUNK", 2)
    batch = check(uploaded(manager, riyadh, table(*(f"P{n},05512345{n:02d}," for n in range(5)))))
    services.start_import(batch, step=tasks.import_batch, actor=manager)
    write, moments = CustomerResource.write, iter([True, False, True, True, True])

    def sometimes(resource, rows, context):
        if not next(moments):
            raise OperationalError("deadlock detected")
        return write(resource, rows, context)

    monkeypatch.setattr(CustomerResource, "write", sometimes)
    with pytest.raises(OperationalError):  # so the job engine tries again
        tasks.import_batch.func(a_try(0), batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.rows_done) == (batch.Status.IMPORTING, 2)

    tasks.import_batch.func(a_try(1), batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.created_count) == (batch.Status.DONE, 5)
    assert Customer.objects.count() == 5


def test_a_database_that_stays_bad_stops_the_import_with_a_sentence(
    check, manager, riyadh, monkeypatch
):
    from exchange import services, tasks
    from tests.exchange.conftest import uploaded

    def never(*_given):
        raise OperationalError("server closed the connection unexpectedly")

    batch = check(uploaded(manager, riyadh, table("P,0551234567,")))
    services.start_import(batch, step=tasks.import_batch, actor=manager)
    monkeypatch.setattr(CustomerResource, "write", never)
    tasks.import_batch.func(a_try(2), batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.status == batch.Status.FAILED
    assert batch.fault == services.running.STOPPED


def a_try(number: int) -> SimpleNamespace:
    """What a job hears of the engine: how often it was tried before."""
    return SimpleNamespace(job=SimpleNamespace(attempts=number))
