"""Broken, hostile and huge files: an answer, never a crash, and no row lost in silence."""

import io
import tracemalloc
import zipfile

import pytest
from xlsxwriter import Workbook

from exchange.errors import UnreadableFile
from exchange.readers import open_rows, sniff


@pytest.fixture
def read(tmp_path):
    """Rows of a file, the heading left out."""

    def run(content, name="file.csv", **chosen):
        path = tmp_path / name
        path.write_bytes(content)
        reading = sniff(path, name, chosen=chosen)
        return list(open_rows(path, reading))

    return run


def workbook(*sheets, name="S"):
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    for number, rows in enumerate(sheets, 1):
        sheet = book.add_worksheet(f"{name}{number}")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    book.close()
    return made.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso-8859-6"]
)
def test_arabic_is_read_in_every_encoding_it_comes_in(encoding, read):
    text = "الاسم,المدينة\nمحمد العتيبي,الرياض\nنورة الشمري,جدة\nسلطان الحربي,الدمام\n"
    assert read(text.encode(encoding))[0] == ["محمد العتيبي", "الرياض"]


def test_western_letters_are_not_taken_for_arabic(read):
    text = "Name,City\nZoë Müller,Köln\nJosé Peña,Málaga\nRené Dupré,Orléans\n"
    assert read(text.encode("cp1252"))[0] == ["Zoë Müller", "Köln"]


def test_an_encoding_can_be_chosen_over_the_guess(read):
    content = "Name,City\nمحمد,الرياض\n".encode("cp1256")
    assert read(content, encoding="windows-1252")[0] != read(content, encoding="windows-1256")[0]
    with pytest.raises(UnreadableFile):
        read(content, encoding="zip")


def test_a_quote_that_is_never_closed_costs_no_other_row(read):
    rows = read(b'name,phone\n"open,1\nb,2\nc,3\n')
    assert rows == [['"open', "1"], ["b", "2"], ["c", "3"]]


def test_a_quote_open_for_thousands_of_lines_costs_no_other_row(read):
    rows = read(b'name,phone\n"open,1\n' + b"b,2\n" * 3_000)
    assert len(rows) == 3_001
    assert rows[-1] == ["b", "2"]


def test_a_cell_may_hold_lines_and_quotes(read):
    assert read(b'name,note\na,"two\nlines ""and"" more"\nb,x\n') == [
        ["a", 'two\nlines "and" more'],
        ["b", "x"],
    ]


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_cell_of_ten_megabytes_is_cut_and_the_rest_is_read(quote, read):
    tracemalloc.start()
    rows = read(b"name,note\na," + quote + b"x" * 10_000_000 + quote + b"\nb,y\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows[-1] == ["b", "y"]
    assert len(rows[0][1]) <= 100_001
    assert peak < 40 * 1024 * 1024


def test_nul_and_broken_bytes_do_not_stop_the_file(read):
    assert read(b"name,city\nA\x00li,R\nB\xff\xfeob,J\n" + b"C,D\n" * 30)[0] == ["Ali", "R"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\n\n ,,\n", "blank.csv"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" * 90, "photo.csv"),
        (b"PK\x03\x04 not a workbook", "broken.xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "broken.xls"),
        (b",".join([b"a"] * 400) + b"\n", "wide.csv"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "paper.csv"),
    ],
)
def test_what_is_no_table_is_refused(content, name, read):
    with pytest.raises(UnreadableFile):
        read(content, name)


def test_a_heading_alone_has_no_rows(read):
    assert read(b"name,phone\n") == []


def test_a_workbook_gives_texts_whole_numbers_and_days(read):
    from datetime import date

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone", "Since", "Price"])
    sheet.write(1, 0, "نورة")
    sheet.write_number(1, 1, 551234567)
    sheet.write_datetime(1, 2, date(2024, 3, 14))
    sheet.write_number(1, 3, 12.5)
    book.close()
    assert read(made.getvalue(), "a.xlsx") == [["نورة", "551234567", "2024-03-14", "12.5"]]


def test_another_sheet_can_be_chosen(read):
    content = workbook([["a"], ["1st"]], [["a"], ["2nd"]])
    assert read(content, "a.xlsx", sheet="S2") == [["2nd"]]
    with pytest.raises(UnreadableFile):
        read(content, "a.xlsx", sheet="none")


def test_a_workbook_that_unpacks_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr("exchange.readers.packed.MOST_BYTES", 1024 * 1024)
    made = io.BytesIO(workbook([["a"], ["b"]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image.bin", b"0" * 5_000_000)
    with pytest.raises(UnreadableFile):
        read(made.getvalue(), "bomb.xlsx")


def test_a_workbook_that_lies_about_its_size_is_refused(read, monkeypatch):
    monkeypatch.setattr("exchange.readers.packed.MOST_BYTES", 1024 * 1024)
    made = io.BytesIO(workbook([["a"], ["b"]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image.bin", b"0" * 5_000_000)
    small = (5).to_bytes(4, "little")
    lying = made.getvalue().replace((5_000_000).to_bytes(4, "little"), small)
    with pytest.raises(UnreadableFile):
        read(lying, "bomb.xlsx")


def test_one_far_cell_does_not_make_a_table_of_billions(read):
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Name")
    sheet.write(1_048_575, 16_383, "far")
    book.close()
    with pytest.raises(UnreadableFile):
        read(made.getvalue(), "far.xlsx")


@pytest.mark.parametrize("place", ['r="A99999999999"', "r='A4000000'", 'r = "A0004000000"'])
def test_a_place_beyond_every_sheet_is_refused_however_it_is_written(read, place):
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["a"], ["b"]]))) as old,
        zipfile.ZipFile(made, "w") as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if "worksheets/" in entry.filename:
                part = part.replace(b'r="A2"', place.encode())
            new.writestr(entry, part)
    with pytest.raises(UnreadableFile):
        read(made.getvalue(), "far.xlsx")


@pytest.mark.parametrize("charset", ["IDNA", "ROT13", "UTF-7", "NONE", "", "UTF-16"])
def test_a_card_in_a_charset_that_is_none_still_has_its_name(read, charset):
    note = f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:a=00=FF..b"
    rows = read(f"BEGIN:VCARD\nFN:No\x00ura\n{note}\nEND:VCARD\n".encode(), "a.vcf")
    assert rows[0][0] == "Noura"
    assert "\x00" not in "".join(rows[0])


def test_a_card_with_a_photo_of_megabytes_is_read_with_flat_memory(read):
    photo = b"".join(b" " + b"A" * 75 + b"\n" for _line in range(60_000))
    card = (
        b"BEGIN:VCARD\nFN:Noura\nPHOTO;ENCODING=b:AAAA\n" + photo + b"TEL:0551234567\nEND:VCARD\n"
    )
    tracemalloc.start()
    rows = read(card, "a.vcf")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows[0][0] == "Noura"
    assert "0551234567" in rows[0]
    assert peak < 20 * 1024 * 1024
