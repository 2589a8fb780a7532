"""Catalogues are compiled as gettext's own msgfmt would, without gettext."""

import gettext
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crm_project.launcher import messages, paths
from crm_project.launcher.errors import LaunchError

CATALOGUE = r"""
# A translator's remark
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 :"
" n%100>=11 ? 4 : 5;\n"

#: leads/views.py:12
msgid "Lead"
msgstr "عميل محتمل"

msgctxt "verb"
msgid "Lead"
msgstr "قُد"

#, python-format
msgid "%d lead"
msgid_plural "%d leads"
msgstr[0] "لا عملاء"
msgstr[1] "عميل واحد"
msgstr[2] "عميلان"
msgstr[3] "%d عملاء"
msgstr[4] "%d عميلًا"
msgstr[5] "%d عميل"

msgid ""
"Two "
"\"lines\"\n"
msgstr ""
"سطران "
"«معًا»\n"

#, fuzzy
msgid "Guess"
msgstr "تخمين"

msgid "Untranslated"
msgstr ""
#~ msgid "Obsolete"
#~ msgstr "قديم"
"""


@pytest.fixture
def arabic() -> gettext.GNUTranslations:
    """The catalogue, compiled and read back by Python's own gettext."""
    return gettext.GNUTranslations(io.BytesIO(messages.compile_catalogue(CATALOGUE)))


def test_messages_contexts_and_joined_strings_are_found(arabic: gettext.GNUTranslations) -> None:
    assert arabic.gettext("Lead") == "عميل محتمل"
    assert arabic.pgettext("verb", "Lead") == "قُد"
    assert arabic.gettext('Two "lines"\n') == "سطران «معًا»\n"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "لا عملاء"),
        (1, "عميل واحد"),
        (2, "عميلان"),
        (7, "%d عملاء"),
        (11, "%d عميلًا"),
        (100, "%d عميل"),
    ],
)
def test_all_six_arabic_plurals_are_found(
    arabic: gettext.GNUTranslations, count: int, text: str
) -> None:
    assert arabic.ngettext("%d lead", "%d leads", count) == text


@pytest.mark.parametrize("message", ["Guess", "Untranslated", "Obsolete"])
def test_fuzzy_empty_and_obsolete_messages_stay_untranslated(
    arabic: gettext.GNUTranslations, message: str
) -> None:
    assert arabic.gettext(message) == message


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
def test_the_result_says_what_msgfmt_says(tmp_path: Path) -> None:
    (tmp_path / "a.po").write_text(CATALOGUE, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", tmp_path / "a.mo", tmp_path / "a.po"], check=True)

    theirs = gettext.GNUTranslations((tmp_path / "a.mo").open("rb"))
    ours = gettext.GNUTranslations(io.BytesIO(messages.compile_catalogue(CATALOGUE)))

    assert vars(ours)["_catalog"] == vars(theirs)["_catalog"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with one catalogue, written an hour ago."""
    source = tmp_path / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE, encoding="utf-8")
    _age(source, seconds=3600)
    return tmp_path


def test_a_catalogue_is_compiled_when_it_is_newer_than_its_result(tree: Path) -> None:
    assert [path.name for path in messages.compile_stale(tree)] == ["django.mo"]
    assert messages.compile_stale(tree) == []

    _age(tree / "locale/ar/LC_MESSAGES/django.po", seconds=-3700)

    assert len(messages.compile_stale(tree)) == 1


def test_a_broken_catalogue_is_named_with_its_line_and_leaves_no_result(tree: Path) -> None:
    source = tree / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    source.write_text('msgid "a"\nmsgstr "unclosed\n', encoding="utf-8")

    with pytest.raises(LaunchError, match=r"django\.po.*line 2"):
        messages.compile_stale(tree)

    assert not source.with_suffix(".mo").exists()


def test_the_products_own_catalogues_compile() -> None:
    for source in paths.ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        assert messages.compile_catalogue(source.read_text(encoding="utf-8"))


def _age(path: Path, *, seconds: float) -> None:
    now = path.stat().st_mtime
    os.utime(path, (now - seconds, now - seconds))
