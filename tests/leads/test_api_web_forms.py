"""Web forms by API: made with their channel, changed as on the page, their secret never shown."""

from typing import Any

import pytest

from accounts.models import Activity
from leads.models import WebForm
from messaging.models import Channel

pytestmark = pytest.mark.django_db
URL = "/api/v1/web-forms/"
SITE = {"name": "Site", "title_ar": "اطلب عرضاً", "title_en": "Ask for an offer"}


def test_a_form_is_made_takes_submissions_and_is_changed(
    api_of: Any, supervisor: Any, sales: Any, riyadh: Any, client: Any
) -> None:
    api = api_of(supervisor)
    sites, names = ["https://shop.example/contact"], {"Your = name": "name"}
    body = {**SITE, "origins": sites, "mapping": names}
    once = {"Idempotency-Key": "form-1"}
    made = api.post(URL, body, headers=once)
    assert made.status_code == 201, made.content
    assert api.post(URL, body, headers=once).json() == made.json()
    told = made.json()
    assert (told["branch"], told["origins"], told["mapping"], told["has_secret"]) == (
        riyadh.pk, ["https://shop.example"], names, False,
    )  # fmt: skip
    form = WebForm.objects.get()
    assert Channel.objects.get() == form.channel
    assert client.get(told["page"]).status_code == 200

    url = f"{URL}{form.pk}/"
    seen = api.get(url)["ETag"]
    changed = api.patch(url, {"title_en": "Offers", "is_active": False}, headers={"If-Match": seen})
    assert (changed.json()["title_en"], changed.json()["title_ar"]) == ("Offers", "اطلب عرضاً")
    assert api.patch(url, {"title_en": "late"}, headers={"If-Match": seen}).status_code == 409
    assert client.get(told["page"]).status_code == 404
    signing = api.patch(url, {"secret": "s3cret"})
    assert (signing.json()["has_secret"], "s3cret" in signing.content.decode()) == (True, False)
    form.refresh_from_db()
    assert (form.secret, form.origins, form.is_active) == (
        "s3cret",
        ["https://shop.example"],
        False,
    )
    log = Activity.objects.filter(verb="web_form.changed").order_by("pk")
    assert [set(entry.changes) for entry in log] == [{"title_en", "is_active"}, set()]
    assert api_of(sales).post(URL, SITE).status_code == 403


def test_what_the_page_refuses_is_refused_and_other_branches_stay_closed(
    api_of: Any, supervisor: Any, manager: Any, jeddah: Any
) -> None:
    api = api_of(supervisor)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**SITE, "origins": ["shop.example"]}, "origins"),
        ({**SITE, "origins": ["https://a.example\nhttps://b.example"]}, "origins"),
        ({**SITE, "origins": ["https://a.example"] * 21}, "origins"),
        ({**SITE, "mapping": {"theirs": "age"}}, "mapping"),
        ({**SITE, "mapping": {"a\nb": "name"}}, "mapping"),
        ({**SITE, "mapping": {f"f{n}": "name" for n in range(41)}}, "mapping"),
        ({**SITE, "branch": jeddah.pk}, "branch"),
        ({"name": "Site", "title_ar": "اطلب"}, "title_en"),
        ({**SITE, "key": "mine"}, "key"),
    ]
    for body, name in wrong:
        answer = api.post(URL, body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name]), body
    assert list(api_of(manager).post(URL, SITE).json()["errors"]) == ["branch"]  # of no branch
    far = api_of(manager).post(URL, {**SITE, "branch": jeddah.pk}).json()
    assert api.patch(f"{URL}{far['id']}/", {"name": "x"}).status_code == 404
    assert api_of(manager).patch(f"{URL}{far['id']}/", {"branch": 1}).status_code == 400
    assert WebForm.objects.get().name == "Site"
