"""The pages of imports: from the upload to the result, who may see them, and hostile cells."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Customer
from exchange.models import Batch, SavedMapping
from tests.exchange.conftest import mapped, uploaded

CONTENT = "Name,Mobile,Notes\nنورة,0551234567,a\nBad,12,b\n".encode()


@pytest.fixture
def client(client_of, supervisor):
    return client_of(supervisor)


def url(batch, name="batch"):
    return reverse(f"exchange:{name}", args=[batch.pk])


def upload(client, content=CONTENT, name="people.csv", **more):
    data = {"resource": "customers", "file": SimpleUploadedFile(name, content), **more}
    return client.post(reverse("exchange:new"), data)


def choose(client, batch, **more):
    columns = {"column_0": "name", "column_1": "phone", "column_2": "notes"}
    return client.post(url(batch, "columns"), {**columns, "on_duplicate": "skip", **more})


def test_a_file_goes_the_whole_way_by_the_pages(client, run_jobs):
    answer = upload(client)
    batch = Batch.objects.get()
    assert answer["Location"] == url(batch)
    page = client.get(url(batch))
    assert page.status_code == 200
    assert "column_1" in page.content.decode()

    assert choose(client, batch)["Location"] == url(batch)
    assert 'aria-valuenow="0"' in client.get(url(batch)).content.decode()
    run_jobs()
    page = client.get(url(batch)).content.decode()
    assert "The phone has too few digits" in page
    assert Customer.objects.count() == 0

    client.post(url(batch, "import"))
    run_jobs()
    batch.refresh_from_db()
    assert batch.status == Batch.Status.DONE
    page = client.get(url(batch)).content.decode()
    assert reverse("customers:detail", args=[Customer.objects.get().pk]) in page

    client.post(url(batch, "undo"))
    run_jobs()
    assert Customer.objects.count() == 0
    assert client.get(url(batch)).status_code == 200
    assert client.get(reverse("exchange:list")).status_code == 200


def test_progress_is_asked_for_until_the_step_is_over(client, run_jobs, supervisor, riyadh):
    batch = uploaded(supervisor, riyadh, CONTENT)
    choose(client, batch)
    piece = client.get(url(batch, "progress"), headers={"HX-Request": "true"})
    assert f"live:import-{batch.pk}-changed" in piece.content.decode()
    run_jobs()
    over = client.get(url(batch, "progress"), headers={"HX-Request": "true"})
    assert over["HX-Redirect"] == url(batch)


def test_a_mapping_is_remembered_for_files_with_these_columns(client, supervisor, riyadh):
    first = uploaded(supervisor, riyadh, CONTENT)
    choose(client, first, column_2="tags", remember="on", remember_as="Monthly")
    assert SavedMapping.objects.get().name == "Monthly"
    other = b"Notes,Mobile,Name\nx,0551234567,y\n"
    page = client.get(url(uploaded(supervisor, riyadh, other))).content.decode()
    assert "Monthly" in page
    assert '<option value="tags" selected>' in page


def test_a_row_is_shown_as_it_will_be_saved(client, supervisor, riyadh):
    batch = uploaded(supervisor, riyadh, CONTENT)
    columns = {"column_0": "name", "column_1": "phone"}
    first = client.post(url(batch, "preview"), {**columns, "row": "1"}).content.decode()
    assert "+966 55 123 4567" in first
    second = client.post(url(batch, "preview"), {**columns, "row": "2"}).content.decode()
    assert "too few digits" in second
    for row in ("3", "99", "x", "-1", "1" * 50):
        assert client.post(url(batch, "preview"), {**columns, "row": row}).status_code == 200
    assert Batch.objects.get().mapping == {}


def test_the_file_can_be_read_in_another_way(client, supervisor, riyadh):
    batch = uploaded(supervisor, riyadh, "نورة;0551234567\nسارة;0551234568\n".encode("cp1256"))
    answer = client.post(url(batch, "reading"), {"encoding": "windows-1256", "delimiter": ";"})
    assert answer.status_code == 302
    batch.refresh_from_db()
    assert batch.reading["has_header"] is False
    bad = client.post(url(batch, "reading"), {"encoding": "zip", "delimiter": ";"})
    assert bad.status_code == 400


def test_two_columns_for_one_field_are_refused_on_the_page(client, supervisor, riyadh):
    batch = uploaded(supervisor, riyadh, CONTENT)
    answer = choose(client, batch, column_2="name")
    assert answer.status_code == 422
    batch.refresh_from_db()
    assert batch.mapping == {}


def test_errors_can_be_narrowed_to_one_kind(client, supervisor, riyadh, run_jobs):
    content = b"Name,Mobile,Email\nA,12,\nB,,nope\n"
    batch = uploaded(supervisor, riyadh, content)
    choose(client, batch, column_2="email")
    run_jobs()
    page = client.get(url(batch, "errors"), {"kind": "phone_too_short"}).content.decode()
    assert ">12<" in page
    assert "nope" not in page
    assert client.get(url(batch, "errors"), {"kind": "x", "after": "%%"}).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_failed_rows_come_as_a_file_that_comes_in_after_correction(
    kind, client, supervisor, riyadh, run_jobs, bring_in
):
    content = b"Name,Mobile,Notes\n=1+1,12,b\nGood,0551234567,\n+Bad,13,c\n"
    batch = uploaded(supervisor, riyadh, content)
    choose(client, batch)
    run_jobs()
    answer = client.get(url(batch, "failed_rows"), {"format": kind})
    body = b"".join(answer.streaming_content)
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        assert rows[0] == ["Name", "Mobile", "Notes", "What is wrong"]
        assert rows[1][:3] == ["'=1+1", "12", "b"]
        assert "too few digits" in rows[1][3]
        corrected = body.decode("utf-8-sig").replace(",12,", ",0551234512,")
        body = corrected.replace(",13,", ",0551234513,").encode()
    else:
        body = mended_workbook(body)
    done = bring_in(supervisor, body, name=f"failed.{kind}", mapping={"What is wrong": ""})
    assert (done.created_count, done.failed_count) == (2, 0)
    assert set(Customer.objects.values_list("name", flat=True)) == {"=1+1", "+Bad"}


def mended_workbook(body):
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            text = str(cell)
            phone = f"05512345{text}" if place == 1 and text in ("12", "13") else text
            sheet.write_string(line, place, phone)
    book.close()
    return made.getvalue()


def test_a_template_has_the_names_that_are_recognised(client, supervisor, riyadh):
    answer = client.get(reverse("exchange:template", args=["customers"]), {"format": "csv"})
    head = b"".join(answer.streaming_content)
    filled = head + b"Noura" + b"," * (head.count(b",")) + b"\n"
    batch = uploaded(supervisor, riyadh, filled)
    chosen = mapped(batch).mapping
    assert len(chosen) == len(batch.columns)
    assert len(set(chosen.values())) == len(chosen)


def test_the_duplicates_choice_can_change_after_the_trial(client, supervisor, riyadh, run_jobs):
    batch = uploaded(supervisor, riyadh, b"Name,Mobile,Notes\nA,0551234567,\nB,0551234567,\n")
    choose(client, batch)
    run_jobs()
    client.post(url(batch, "on_duplicate"), {"on_duplicate": "create"})
    batch.refresh_from_db()
    assert (batch.on_duplicate, batch.created_count, batch.skipped_count) == ("create", 2, 0)
    assert client.post(url(batch, "on_duplicate"), {"on_duplicate": "x"}).status_code == 400


def test_steps_out_of_order_are_refused_and_a_double_click_is_harmless(
    client, supervisor, riyadh, run_jobs
):
    batch = uploaded(supervisor, riyadh, CONTENT)
    for step in ("import", "undo"):
        assert client.post(url(batch, step)).status_code in (409, 422)
    assert client.post(url(batch, "check")).status_code == 422  # no columns chosen
    choose(client, batch)
    run_jobs()
    assert client.post(url(batch, "import")).status_code == 302
    assert client.post(url(batch, "import")).status_code == 409
    run_jobs()
    assert Customer.objects.count() == 1


def test_a_cancelled_import_can_start_again(client, supervisor, riyadh, run_jobs):
    batch = uploaded(supervisor, riyadh, CONTENT)
    choose(client, batch)
    client.post(url(batch, "cancel"))
    run_jobs()
    batch.refresh_from_db()
    assert (batch.status, batch.rows_done) == (Batch.Status.CANCELLED, 0)
    client.post(url(batch, "back"))
    batch.refresh_from_db()
    assert batch.status == Batch.Status.UPLOADED


def test_who_may_not_import_gets_no_page(client_of, sales, auditor, inspector, supervisor, riyadh):
    batch = uploaded(supervisor, riyadh, CONTENT)
    for person in (sales, auditor, inspector):
        client = client_of(person)
        for address in (reverse("exchange:list"), reverse("exchange:new"), url(batch)):
            assert client.get(address).status_code == 403
        assert upload(client).status_code == 403
    assert Batch.objects.count() == 1


def test_imports_of_others_are_not_there(client_of, supervisor, riyadh, jeddah, run_jobs):
    from accounts.roles import RoleCode
    from tests.factories import make_user

    batch = uploaded(supervisor, riyadh, CONTENT)
    others = (
        make_user(RoleCode.SUPERVISOR, riyadh),
        make_user(RoleCode.SUPERVISOR, jeddah),
        make_user(RoleCode.BRANCH_MANAGER, jeddah),
    )
    for person in others:
        client = client_of(person)
        for name in ("batch", "progress", "errors", "failed_rows"):
            assert client.get(url(batch, name)).status_code == 404
        for name in ("columns", "reading", "preview", "check", "import", "undo", "cancel", "back"):
            assert client.post(url(batch, name)).status_code == 404
        assert "people.csv" not in client.get(reverse("exchange:list")).content.decode()
    batch.refresh_from_db()
    assert batch.status == Batch.Status.UPLOADED


def test_products_are_for_those_who_change_products(client, client_of, manager):
    assert client.get(reverse("exchange:template", args=["products"])).status_code == 404
    assert upload(client, resource="products").status_code == 422
    answer = client_of(manager).get(reverse("exchange:template", args=["products"]))
    assert answer.status_code == 200


def test_markup_in_names_cells_and_file_names_is_only_text(client, supervisor, riyadh, run_jobs):
    hostile = "<script>alert(1)</script>"
    content = f"{hostile},Mobile,Notes\n{hostile},{hostile},{hostile}\n".encode()
    batch = uploaded(supervisor, riyadh, content, name=f"{hostile}.csv")
    pages = [client.get(url(batch)).content.decode()]
    columns = {"column_0": "name", "column_1": "phone", "column_2": "notes"}
    pages.append(client.post(url(batch, "preview"), columns).content.decode())
    choose(client, batch, remember="on", remember_as=hostile)
    run_jobs()
    pages.append(client.get(url(batch)).content.decode())
    pages.append(client.get(reverse("exchange:list")).content.decode())
    pages.append(client.get(url(uploaded(supervisor, riyadh, content))).content.decode())
    for page in pages:
        assert hostile not in page
    assert "&lt;script&gt;alert(1)" in pages[2]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\xff\xd8\xff\xe0" * 99, "a.csv"), (b"PK\x03\x04x", "a.xlsx")],
)
def test_a_file_that_is_no_table_is_refused_beside_the_field(content, name, client):
    answer = upload(client, content, name)
    assert answer.status_code == 422
    assert Batch.objects.count() == 0


def test_a_file_over_the_limit_is_refused(client, monkeypatch):
    monkeypatch.setattr("exchange.forms.LARGEST_FILE", 10)
    assert upload(client).status_code == 422
    assert Batch.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 400])
def test_the_pages_take_few_queries_whatever_is_wrong(
    rows, client, supervisor, riyadh, run_jobs, django_assert_max_num_queries
):
    content = b"Name,Mobile,Notes\n" + b"A,12,\n" * rows
    batch = uploaded(supervisor, riyadh, content)
    choose(client, batch)
    run_jobs()
    client.get(url(batch))
    with django_assert_max_num_queries(15):
        assert client.get(url(batch)).status_code == 200
    with django_assert_max_num_queries(8):
        assert client.get(reverse("exchange:list")).status_code == 200
