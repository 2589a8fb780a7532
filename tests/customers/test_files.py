"""Files about a customer: what is kept, how it is given out, to whom, and how it comes back."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Activity
from customers.errors import BadFile
from customers.models import Attachment
from customers.services import add_attachment
from customers.sniffing import content_type_of
from customers.tasks import forget_removed_files
from tests.factories import make_customer

HTMX = {"HTTP_HX_REQUEST": "true"}
PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def archive(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if first:
            made.writestr(*first)
        for name in names:
            made.writestr(name, b"x")
    return out.getvalue()


def kind_of(content: bytes) -> str:
    return content_type_of(io.BytesIO(content), size=len(content))


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def customer(riyadh, sales):
    return make_customer(riyadh, sales, name="نورة")


def upload(client, customer, *files, **extra):
    body = {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    return client.post(f"/customers/{customer.pk}/files/add/", body, **HTMX, **extra)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0", "image/heif"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "application/msword"),
        (archive("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive(first=("mimetype", b"application/vnd.oasis.opendocument.text")),
         "application/vnd.oasis.opendocument.text"),
        (archive("a.exe"), "application/zip"),
        ("اسم,هاتف\nنورة,055\n".encode(), "text/csv"),
        ("اسم;هاتف\nنورة;055\n".encode("cp1256"), "text/csv"),
        ("سطر واحد".encode(), "text/plain"),
        ("سطر".encode("utf-16"), "text/plain"),
        ("ملاحظة ".encode() * 1000, "text/plain"),
        (b"2 < 3 and 5 > 4", "text/plain"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_told_by_its_content(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><p>x",
        b"\n  <HTML><body>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b'<?xml version="1.0"?><svg/>',
        b"\xef\xbb\xbf<html>",
        "<html>".encode("utf-16"),
        b"hello <script>alert(1)</script>",
        b"MZ\x90\0\x03\0",
        b"\x7fELF\x02\x01",
        b"#!/bin/sh\nrm -rf /",
        b"\0\0\0\0",
        b"PK\x03\x04 not an archive",
        b"RIFF\x10\0\0\0WAVEfmt ",
        bytes(range(1, 256)),
    ],
)
def test_markup_programs_and_nothing_are_refused(content):
    with pytest.raises(BadFile):
        kind_of(content)


def test_a_file_of_more_than_20_mb_is_refused():
    with pytest.raises(BadFile):
        content_type_of(io.BytesIO(PDF), size=20 * 1024 * 1024 + 1)


def test_files_are_kept_under_a_name_that_nobody_guesses(client_of, sales, customer, tmp_path):
    answer = upload(client_of(sales), customer, ("../../عقد.pdf", PDF), ("صورة.png", PNG))
    assert answer.status_code == 200
    names = set(Attachment.objects.values_list("name", flat=True))
    assert names == {"عقد.pdf", "صورة.png"}
    stored = [path.name for path in (tmp_path / "customers").iterdir()]
    assert len(stored) == 2
    assert all(len(name) >= 40 and "." not in name for name in stored)
    assert customer.timeline.filter(kind="file").count() == 2


def test_refused_files_are_named_and_the_others_kept(client_of, sales, customer):
    answer = upload(client_of(sales), customer, ("ok.pdf", PDF), ("evil.pdf", b"<html>x"))
    assert answer.status_code == 422
    assert "evil.pdf" in answer.content.decode()
    assert list(Attachment.objects.values_list("name", flat=True)) == ["ok.pdf"]
    assert upload(client_of(sales), customer).status_code == 422


def test_the_same_file_twice_is_one(client_of, sales, customer, tmp_path):
    for _time in range(2):
        upload(client_of(sales), customer, ("a.pdf", PDF))
    assert Attachment.objects.count() == 1
    assert len(list((tmp_path / "customers").iterdir())) == 1


def test_a_file_is_given_out_so_that_no_browser_runs_it(client_of, sales, customer):
    text = add_attachment(customer, SimpleUploadedFile("a.html", b"plain words"), actor=sales)
    pdf = add_attachment(customer, SimpleUploadedFile("b.pdf", PDF), actor=sales)
    client, base = client_of(sales), f"/customers/{customer.pk}/files/"
    for one, path, disposition in (
        (text, f"{base}{text.pk}/", "attachment"),
        (text, f"{base}{text.pk}/?show=1", "attachment"),
        (pdf, f"{base}{pdf.pk}/", "attachment"),
        (pdf, f"{base}{pdf.pk}/?show=1", "inline"),
    ):
        answer = client.get(path)
        assert answer["Content-Disposition"].startswith(disposition), path
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox")
        assert answer["Cache-Control"] == "no-store"
        assert "html" not in answer["Content-Type"]
        assert b"".join(answer.streaming_content) in (PDF, b"plain words")
        assert one.name.endswith((".txt", ".pdf"))


def test_nobody_else_reads_or_changes_files(
    client_of, api_of, client, sales, sales_b, auditor, customer
):
    kept = add_attachment(customer, SimpleUploadedFile("a.pdf", PDF), actor=sales)
    base = f"/customers/{customer.pk}/files/"
    assert client.get(f"{base}{kept.pk}/").status_code == 302
    for path in (base, f"{base}{kept.pk}/"):
        assert client_of(sales_b).get(path).status_code == 404
        assert client_of(auditor).get(path).status_code == 200
    assert upload(client_of(sales_b), customer, ("x.pdf", PDF)).status_code == 404
    assert upload(client_of(auditor), customer, ("x.pdf", PDF)).status_code == 403
    assert client_of(auditor).post(f"{base}{kept.pk}/remove/").status_code == 403
    api = api_of(sales_b)
    assert api.get(f"/api/v1{base}").status_code == 404
    assert api.get(f"/api/v1{base}{kept.pk}/download/").status_code == 404
    assert client_of(sales).get(f"/media/{kept.file.name}").status_code == 404
    assert Attachment.objects.get().removed_at is None


def test_a_removed_file_is_gone_and_comes_back(client_of, sales, customer):
    kept = add_attachment(customer, SimpleUploadedFile("a.pdf", PDF), actor=sales)
    client, base = client_of(sales), f"/customers/{customer.pk}/files/"
    answer = client.post(f"{base}{kept.pk}/remove/", **HTMX)
    assert f"{base}{kept.pk}/restore/" in answer["HX-Trigger"]
    assert client.get(f"{base}{kept.pk}/").status_code == 404
    client.post(f"{base}{kept.pk}/restore/", **HTMX)
    assert client.get(f"{base}{kept.pk}/").status_code == 200


def test_a_file_whose_bytes_are_lost_is_not_there(client_of, sales, customer, tmp_path):
    kept = add_attachment(customer, SimpleUploadedFile("a.pdf", PDF), actor=sales)
    next((tmp_path / "customers").iterdir()).unlink()
    url = f"/customers/{customer.pk}/files/{kept.pk}/"
    assert client_of(sales).get(url).status_code == 404


def test_files_by_api(api_of, sales, customer):
    api, url = api_of(sales), f"/api/v1/customers/{customer.pk}/files/"
    one = {"file": SimpleUploadedFile("عقد.pdf", PDF)}
    made = api.post(url, one, format="multipart")
    assert (made.status_code, made.json()["content_type"]) == (201, "application/pdf")
    got = api.get(f"{url}{made.json()['id']}/download/")
    assert b"".join(got.streaming_content) == PDF
    bad = api.post(url, {"file": SimpleUploadedFile("a.svg", b"<svg/>")}, format="multipart")
    assert (bad.status_code, "file" in bad.json()["errors"]) == (400, True)
    assert api.post(url, {}, format="multipart").status_code == 400
    assert api.post(url, {"file": "x"}, format="json").status_code == 415
    assert len(api.get(url).json()["results"]) == 1
    assert api.delete(f"{url}{made.json()['id']}/").status_code == 204
    assert api.get(url).json()["results"] == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [("", "File.pdf"), ("...", "File.pdf"), ("a/b\\c.pdf", "c.pdf"), ("x" * 400, "x" * 146 + ".pdf"),
     ("\u202efdp.exe", "fdp.exe.pdf"), ('a"b\r\n.pdf', "a b .pdf")],
)  # fmt: skip
def test_a_name_is_for_people_and_fits_the_content(written, shown):
    from django.utils import translation

    from customers.services.attachments import safe_name

    with translation.override("en"):
        assert safe_name(written, "application/pdf") == shown


def test_a_removed_file_is_deleted_for_good_after_thirty_days(client_of, sales, customer, tmp_path):
    client = client_of(sales)
    upload(client, customer, ("old.pdf", PDF), ("young.pdf", PDF + b"2"), ("kept.pdf", PDF + b"3"))
    for name, days in (("old.pdf", 31), ("young.pdf", 29)):
        removed = timezone.now() - timedelta(days=days)
        Attachment.objects.filter(name=name).update(removed_at=removed)
    gone = Attachment.objects.get(name="old.pdf")
    forget_removed_files()
    assert set(Attachment.objects.values_list("name", flat=True)) == {"young.pdf", "kept.pdf"}
    assert len(list((tmp_path / "customers").iterdir())) == 2
    entry = Activity.objects.get(verb="customer.file_forgotten")
    assert entry.reason["rule"] == "retention"
    assert (entry.actor, entry.changes) == (None, {"file": ["old.pdf", None]})
    address = f"/customers/{customer.pk}/files/{gone.pk}/restore/"
    assert client.post(address, **HTMX).status_code == 404
