"""People are chosen by the name of the reader's language; an empty choice says what it means."""

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

from accounts.filters import ActivityFilter
from accounts.models import User
from crm_project.kit.forms import DASHES


@pytest.fixture
def people(sales, colleague):
    """One with a Latin name that comes late, one that comes early, both unlike their Arabic ones."""
    User.objects.filter(pk=sales.pk).update(name="أحمد", name_en="Zed")
    User.objects.filter(pk=colleague.pk).update(name="يوسف", name_en="adam")
    return sales, colleague


def labels(field):
    return [str(label) for value, label in field.choices if value]


def english(client_of, user):
    User.objects.filter(pk=user.pk).update(language="en")
    user.refresh_from_db()
    return client_of(user)


def test_names_and_their_order_follow_the_language(client_of, manager, people):
    for language, ordered in (("en", ["adam", "Zed"]), ("ar", ["أحمد", "يوسف"])):
        User.objects.filter(pk=manager.pk).update(language=language, name="ا", name_en="")
        manager.refresh_from_db()
        client = client_of(manager)
        form = client.get(reverse("customers:new")).context["form"]
        filters = client.get(reverse("customers:filters")).context["form"]
        rule = client.get(reverse("leads:rule_new")).context["form"]
        with override(language):
            for field in (form.fields["owner"], filters.fields["owner"], rule.fields["person"]):
                shown = [label for label in labels(field) if label in ordered]
                assert shown == ordered


def test_a_name_in_one_language_only_is_shown_in_that_one(client_of, manager, people, sales):
    User.objects.filter(pk=sales.pk).update(name_en="")
    form = english(client_of, manager).get(reverse("customers:new")).context["form"]
    with override("en"):
        assert {"adam", "أحمد"} <= set(labels(form.fields["owner"]))


def test_the_chip_of_a_filter_has_the_name_of_the_language(client_of, manager, people, sales):
    client = english(client_of, manager)
    chips = client.get("/customers/", {"owner": sales.pk}).context["chips"]
    assert [chip["value"] for chip in chips] == ["Zed"]


def test_the_log_is_filtered_by_the_same_names(people, manager, rf):
    request = rf.get("/")
    request.user = manager
    with override("en"):
        form = ActivityFilter({}, request=request).form
        assert {"adam", "Zed"} <= set(labels(form.fields["actor"]))


class Form(forms.Form):
    """What forms of any app may bring."""

    needed = forms.ModelChoiceField(User.objects.none())
    free = forms.ModelChoiceField(User.objects.none(), required=False)
    own = forms.ModelChoiceField(User.objects.none(), empty_label="whole company")
    listed = forms.ChoiceField(choices=[("", DASHES), ("a", "A")], required=False)


@pytest.mark.django_db
def test_no_control_shows_dashes():
    drawn = Template(
        "{% load controls %}{% control f.needed %}|{% control f.free %}|{% control f.own %}"
        "|{% control f.listed %}"
    )
    with override("en"):
        controls = drawn.render(Context({"f": Form()})).split("|")
    words = ["Please choose", "None", "whole company", "None"]
    for html, word in zip(controls, words, strict=True):
        assert word in html
        assert DASHES not in html


@pytest.mark.parametrize(
    "name", ["leads:rule_new", "leads:new", "customers:new", "accounts:user_new"]
)
def test_no_page_shows_dashes(client_of, manager, name):
    page = client_of(manager).get(reverse(name))
    assert page.status_code == 200
    assert DASHES not in page.content.decode()
