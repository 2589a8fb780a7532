"""The frame of every page: bundles, icons, error pages and the parts that templates share."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.utils import translation

from crm_project.kit.management.commands.build_icons import used_names

ROOT = Path(settings.BASE_DIR)
PRINTED = {"layouts/print.html", "reports/document.html"}  # PDF: no browser ever gets them
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if str(path.relative_to(ROOT / "templates")) not in PRINTED
)
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]


class ContactForm(forms.Form):
    """A form with one of each kind of control."""

    email = forms.EmailField(help_text="Your work address")
    city = forms.ChoiceField(choices=[("r", "Riyadh")])
    agree = forms.BooleanField()
    note = forms.CharField(widget=forms.Textarea, required=False)


def field_html(name, data=None):
    field = ContactForm(data)[name]
    return render_to_string("components/field.html", {"field": field})


def test_the_bundles_are_what_their_parts_join_to(tmp_path):
    for folder in ("static/css", "static/js", "static/bundle", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)

    subprocess.run(["sh", "scripts/bundle.sh"], cwd=tmp_path, check=True)

    for name in ("crm.css", "crm.js"):
        committed = (ROOT / "static" / "bundle" / name).read_bytes()
        assert (tmp_path / "static" / "bundle" / name).read_bytes() == committed, name


def test_every_icon_in_use_is_in_the_sprite():
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")
    assert used_names(ROOT) <= set(re.findall(r'id="i-([a-z0-9-]+)"', sprite))


def test_an_icon_that_the_package_lacks_stops_the_build(tmp_path):
    sprite = ROOT / "static" / "img" / "icons.svg"
    before = sprite.read_bytes()

    with pytest.raises(CommandError, match="No icon"):
        call_command("build_icons", source=tmp_path)

    assert sprite.read_bytes() == before


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_an_inline_script_or_style_sheet(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']|hx-on|javascript:", source)
    assert not re.search(r"<style\b", source)
    for opening in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in opening or 'type="application/json"' in opening


@pytest.mark.parametrize("name", ERROR_PAGES)
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_an_error_page_needs_neither_request_nor_database(name, language, direction):
    with translation.override(language):
        page = render_to_string(name)
    assert f'lang="{language}" dir="{direction}"' in page
    assert page.count("<h1") == 1


def test_an_error_page_shows_the_request_number():
    assert "7f3a91c2" in render_to_string("500.html", {"request_id": "7f3a91c2"})


def test_a_field_ties_its_label_help_and_problem_to_the_control():
    page = field_html("email", {"email": "nobody"})
    assert '<label class="form-label" for="id_email">' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_helptext id_email_error"' in page
    assert 'id="id_email_helptext"' in page
    assert 'id="id_email_error"' in page


@pytest.mark.parametrize(
    ("name", "css"),
    [
        ("email", "form-control"),
        ("city", "form-select"),
        ("agree", "form-check-input"),
        ("note", "form-control"),
    ],
)
def test_each_kind_of_control_gets_its_class(name, css):
    assert re.search(rf'<(?:input|select|textarea)[^>]* class="{css}"', field_html(name))


def test_a_problem_is_written_as_text_not_markup():
    problem = '<img src=x onerror="alert(1)">'
    form = ContactForm({})
    form.add_error("email", problem)
    page = render_to_string("components/field.html", {"field": form["email"]})
    assert problem not in page
    assert "&lt;img" in page


def test_the_last_page_of_a_list_asks_for_no_more():
    more = render_to_string("components/pager.html", {"page": {"next_url": "/leads/?after=x"}})
    last = render_to_string("components/pager.html", {"page": {"next_url": ""}})
    assert 'hx-get="/leads/?after=x"' in more
    assert last.strip() == ""
