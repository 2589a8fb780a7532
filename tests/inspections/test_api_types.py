"""Types of inspections, their checklists, and the signature of a visit by API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Activity
from inspections.errors import TypeCodeTaken
from inspections.models import ChecklistItem, InspectionAnswer, InspectionSignature, InspectionType
from inspections.services import add_type

from .conftest import make_product, picture

pytestmark = pytest.mark.django_db
URL = "/api/v1/inspection-types/"
VILLA = {"code": "villa", "name_ar": "معاينة فيلا", "name_en": "Villa survey", "minutes": 90}


def test_a_type_and_its_checklist_are_written_and_taken_out_of_use(api_of, manager, sales):
    api, own, product = api_of(manager), api_of(sales), make_product()
    once = {"Idempotency-Key": "type-1"}
    made = api.post(URL, VILLA, headers=once)
    assert made.status_code == 201, made.content
    assert api.post(URL, VILLA, headers=once).json() == made.json()
    assert (made.json()["needs_signature"], made.json()["is_active"]) == (True, True)
    url = f"{URL}{made.json()['id']}/"
    height = {
        "kind": "number", "label_ar": "الارتفاع", "label_en": "Height", "unit": "m", "lowest": "2.5",
        "product": product.pk, "included": 3,
    }  # fmt: skip
    first = api.post(f"{url}items/", height)
    assert first.status_code == 201, first.content
    walls = [{"ar": "طوب", "en": "Brick"}, {"ar": "جبس", "en": "Gypsum"}]
    wall = {"kind": "choice", "label_ar": "الجدار", "label_en": "Wall", "choices": walls}
    second = api.post(f"{url}items/", wall).json()
    assert [one["en"] for one in second["choices"]] == ["Brick", "Gypsum"]

    item = f"{url}items/{first.json()['id']}/"
    seen = api.get(item)["ETag"]
    changed = api.patch(item, {"label_en": "Wall height"}, headers={"If-Match": seen}).json()
    assert (changed["label_en"], changed["product"], changed["included"]) == (
        "Wall height", product.pk, "3.000",
    )  # fmt: skip
    assert api.patch(item, {"unit": "cm"}, headers={"If-Match": seen}).status_code == 409
    assert api.post(f"{item}move/", {"step": "down"}).json()["position"] == 2
    assert api.patch(item, {"is_active": False}).json()["is_active"] is False
    items = own.get(url).json()["items"]
    assert [(one["label_en"], one["is_active"]) for one in items] == [
        ("Wall", True), ("Wall height", False),
    ]  # fmt: skip

    shorter = api.patch(url, {"minutes": 60, "version": made.json()["version"]}).json()
    assert (shorter["minutes"], shorter["name_en"]) == (60, "Villa survey")
    assert api.patch(url, {"minutes": 30, "version": 1}).json()["code"] == "edit_conflict"
    assert api.patch(url, {"is_active": False}).status_code == 200
    assert own.get(URL).json()["results"] == []
    assert [row["code"] for row in own.get(URL, {"is_active": "false"}).json()["results"]] == [
        "villa"
    ]
    for path, body in ((URL, VILLA), (f"{url}items/", height)):
        assert own.post(path, body).status_code == 403
    assert own.patch(item, {"is_active": True}).status_code == 403
    verbs = set(Activity.objects.values_list("verb", flat=True))
    assert {"inspection_type.added", "checklist_item.changed", "checklist_item.moved"} <= verbs


def test_what_the_page_refuses_of_a_checklist_is_refused(api_of, manager, survey, items, requested):
    api, url = api_of(manager), f"{URL}{survey.pk}/"
    item = {"kind": "text", "label_ar": "ملاحظات", "label_en": "Remarks"}
    wrong = [
        ({**item, "kind": "choice", "choices": [{"ar": "أ", "en": "A"}]}, "choices"),
        ({**item, "kind": "choice", "choices": [{"ar": "أ|ب", "en": "A"}] * 2}, "choices"),
        ({**item, "kind": "number", "lowest": 2, "highest": 1}, "highest"),
        ({**item, "product": make_product().pk}, "product"),
        ({**item, "kind": "number", "per_unit": -1}, "per_unit"),
        ({"kind": "text", "label_ar": "ملاحظات"}, "label_en"),
    ]
    before = ChecklistItem.objects.count()
    for body, name in wrong:
        answer = api.post(f"{url}items/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name]), body
    assert ChecklistItem.objects.count() == before
    for body, name in (
        ({**VILLA, "code": survey.code}, "code"),
        ({**VILLA, "minutes": 1}, "minutes"),
    ):
        answer = api.post(URL, body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name]), body
    taken = api.post(URL, {**VILLA, "code": survey.code}, HTTP_ACCEPT_LANGUAGE="en")
    assert taken.json()["errors"]["code"] == ["Another inspection type has this code."]
    with pytest.raises(TypeCodeTaken):  # somebody took it after the form had looked
        add_type({**VILLA, "code": survey.code}, actor=manager)
    assert InspectionType.objects.count() == 1

    asked = items["Wall"]
    InspectionAnswer.objects.create(inspection=requested, item=asked, text="1")
    path = f"{url}items/{asked.pk}/"
    assert api.patch(path, {"label_en": "Walls"}).json()["code"] == "item_is_answered"
    free = api.patch(path, {"is_required": True, "is_active": False})
    assert (free.status_code, free.json()["is_required"]) == (200, True)
    foreign = InspectionType.objects.create(code="other", name_ar="أخرى", name_en="Other")
    assert api.get(f"{URL}{foreign.pk}/items/{asked.pk}/").status_code == 404


def test_a_visit_is_signed_by_api_and_the_latest_signature_counts(
    api_of, under_way, inspector, supervisor, sales_b
):
    field, url = api_of(inspector), f"/api/v1/inspections/{under_way.pk}/signature/"
    assert field.get(url).status_code == 404
    missing = field.post(url, {"missing_reason": "Nobody there"}, format="multipart")
    assert missing.status_code == 201, missing.content
    assert missing.json()["url"] is None
    assert field.get(f"{url}picture/").status_code == 404
    drawn = {"signature": SimpleUploadedFile("s.png", picture(kind="PNG")), "signed_by": "نورة"}
    signed = field.post(url, drawn, format="multipart").json()
    assert (signed["signed_by"], signed["missing_reason"]) == ("نورة", "")
    seen = api_of(supervisor).get(signed["url"])
    assert seen.headers["Content-Type"] == "image/png"
    assert b"PNG" in b"".join(seen.streaming_content)[:8]

    nothing = field.post(url, {}, format="multipart")
    assert (nothing.status_code, nothing.json()["code"]) == (400, "answer_refused")
    broken = {"signature": SimpleUploadedFile("s.png", b"no picture")}
    assert field.post(url, broken, format="multipart").json()["code"] == "unreadable_photo"
    assert field.post(url, {"signature": "s.png"}).status_code == 400  # as JSON
    stranger = api_of(sales_b)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {}, format="multipart").status_code == 403
    assert InspectionSignature.objects.get().signed_by == "نورة"
