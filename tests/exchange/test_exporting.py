"""Files that are made while they are sent: right in every format, harmless, with flat memory."""

import csv
import io
import json
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from exchange.exporting import export_pieces, stream_export
from exchange.harmless import harmless, unguarded
from tests.factories import make_customer

HEAD = ["Number", "Name", "Price", "Since", "Active"]
ROWS = [
    ["C-1", "نورة", Decimal("1250.50"), date(2024, 3, 14), True],
    ["C-2", "=1+1", -5, datetime(2024, 3, 14, 9, 30, tzinfo=UTC), False],
    ["C-3", '<b>"x"</b>\nline', None, None, None],
]


def whole(rows, kind, **how):
    return b"".join(export_pieces(rows, HEAD, format=kind, **how))


def test_csv_begins_with_a_mark_for_spreadsheets_unless_not_wanted():
    assert whole(ROWS, "csv").startswith("\ufeffNumber".encode())
    assert whole(ROWS, "csv", has_bom=False).startswith(b"Number")


def test_csv_holds_plain_values():
    rows = list(csv.reader(io.StringIO(whole(ROWS, "csv", has_bom=False).decode())))
    assert rows[1] == ["C-1", "نورة", "1250.50", "2024-03-14", "yes"]
    assert rows[2] == ["C-2", "'=1+1", "-5", "2024-03-14T09:30:00+00:00", "no"]
    assert rows[3] == ["C-3", '<b>"x"</b>\nline', "", "", ""]


def test_a_workbook_holds_numbers_as_numbers_and_no_formula():
    book = CalamineWorkbook.from_filelike(io.BytesIO(whole(ROWS, "xlsx")))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == HEAD
    assert rows[1][:3] == ["C-1", "نورة", 1250.5]
    assert rows[2][1] == "'=1+1"
    assert rows[2][2] == -5


def test_json_is_a_list_and_json_lines_are_lines():
    listed = json.loads(whole(ROWS, "json"))
    lines = [json.loads(line) for line in whole(ROWS, "jsonl").decode().splitlines()]
    assert listed == lines
    assert listed[1]["Name"] == "=1+1"
    assert listed[0]["Price"] == "1250.50"
    assert json.loads(whole([], "json")) == []
    assert whole([], "jsonl") == b""


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "jsonl"])
def test_what_no_encoding_can_hold_does_not_stop_the_file(kind):
    assert whole([["\ud800", "\x00\x07", "x" * 40_000, "\uffff", "😀"]], kind)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1+1", "\u200b=1", "\u202e=1"]
)
def test_no_cell_of_any_file_is_a_formula(cell):
    rows = list(csv.reader(io.StringIO(whole([[cell] * 5], "csv").decode(), newline="")))
    book = CalamineWorkbook.from_filelike(io.BytesIO(whole([[cell] * 5], "xlsx")))
    assert rows[1][0] == f"'{cell}"
    assert book.get_sheet_by_index(0).to_python()[1][0].startswith("'")
    assert unguarded(harmless(cell)) == cell


def test_a_heading_is_no_formula_either():
    text = b"".join(export_pieces([], ["=1+1"], format="csv", has_bom=False))
    assert text == b"'=1+1\r\n"


def test_the_answer_names_its_file_and_kind():
    answer = stream_export(iter(ROWS), HEAD, format="xlsx", file_name="people-2026")
    assert answer["Content-Disposition"] == 'attachment; filename="people-2026.xlsx"'
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    with pytest.raises(KeyError):
        stream_export([], HEAD, format="exe", file_name="x")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind):
    def peak(count):
        tracemalloc.start()
        rows = ([f"C-{n}", "name " * 5, n, None, True] for n in range(count))
        size = sum(map(len, export_pieces(rows, HEAD, format=kind)))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > count
        return found

    peak(1)
    assert peak(20_000) < peak(2_000) + 400_000


def test_the_list_of_customers_comes_as_a_workbook_masked_like_the_page(
    client_of, supervisor, riyadh
):
    make_customer(riyadh, None, name="=1+1", phones=("+966551234567",))
    url = reverse("customers:export")
    query = {"format": "xlsx", "cols": "phone,city"}
    client = client_of(supervisor)

    def rows():
        body = b"".join(client.get(url, query).streaming_content)
        return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()

    head, line = rows()
    assert head == ["code", "name", "company", "phone", "city"]
    assert line[1:4] == ["'=1+1", "", "'+966551234567"]
    supervisor.role.hidden_fields = {"customers.phone": "masked"}
    supervisor.role.save()
    assert rows()[1][3] == "•••• 67"
