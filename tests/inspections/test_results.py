"""Results from the site: late, twice and out of order; complete or refused; photos made anew."""

import io
import json
import os
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from inspections import tasks
from inspections.models import InspectionAnswer, InspectionPhoto, InspectionSignature
from inspections.services import NewAnswer, save_answers
from orders.models import Order
from orders.services import LineInput, OrderInput, write_quote
from tests import factories

from .conftest import fresh, make_item, make_product, make_type, make_visit, picture, put


def send(client, visit, *answers):
    url = reverse("inspections:site_answers", args=[visit.pk])
    body = json.dumps({"answers": list(answers)})
    return client.post(url, body, content_type="application/json")


def answer(item, value, *, minutes=0, **more):
    when = timezone.now() - timedelta(hours=1) + timedelta(minutes=minutes)
    return {"item": item.pk, "value": value, "answered_at": when.isoformat(), **more}


def step(client, visit, name, **more):
    url = reverse("inspections:site_step", args=[visit.pk])
    body = json.dumps({"step": name, **more})
    return client.post(url, body, content_type="application/json")


def shoot(client, visit, data=None, *, client_id=None, **form):
    upload = SimpleUploadedFile("x.jpg", picture() if data is None else data)
    form = {"client_id": client_id or uuid.uuid4(), "photo": upload, **form}
    return client.post(reverse("inspections:site_photos", args=[visit.pk]), form)


def test_answers_of_every_kind_are_kept(under_way, items, inspector, client_of):
    client = client_of(inspector)
    outcome = send(
        client, under_way,
        answer(items["Voltage"], "٢٢٠٫٥"), answer(items["Drain"], "fault", note="blocked"),
        answer(items["Lift"], "yes"), answer(items["Wall"], "2"), answer(items["Remarks"], "ok"),
    ).json()  # fmt: skip

    assert len(outcome["saved"]) == 5
    stored = {one.item.label_en: one for one in under_way.answers.select_related("item")}
    assert stored["Voltage"].number == Decimal("220.5")
    assert (stored["Drain"].text, stored["Drain"].note) == ("fault", "blocked")
    assert stored["Wall"].text == "2"


def test_the_latest_answer_wins_in_any_order_and_however_often(
    under_way, items, inspector, client_of
):
    client, item = client_of(inspector), items["Voltage"]
    late, early = answer(item, "230", minutes=5), answer(item, "210", minutes=1)
    for batch in ([late], [early], [late, early], [early, late]):
        assert send(client, under_way, *batch).json()["saved"]

    assert InspectionAnswer.objects.get().number == 230
    send(client, under_way, answer(item, "", minutes=9))
    assert InspectionAnswer.objects.get().number is None


def test_a_phone_with_a_clock_ahead_does_not_block_later_answers(
    under_way, items, inspector, client_of
):
    client, item = client_of(inspector), items["Voltage"]
    send(client, under_way, answer(item, "230", minutes=60 * 24 * 400))
    assert InspectionAnswer.objects.get().answered_at <= timezone.now()


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Voltage", "much"), ("Voltage", "NaN"), ("Voltage", "1e40"), ("Voltage", "9" * 30),
        ("Drain", "perhaps"), ("Wall", "7"), ("Lift", "true"), ("Site photo", "x"),
    ],
)  # fmt: skip
def test_one_bad_answer_does_not_stop_the_others(
    under_way, items, inspector, client_of, label, value
):
    good = answer(items["Remarks"], "fine")
    outcome = send(client_of(inspector), under_way, answer(items[label], value), good).json()

    assert outcome["saved"] == [items["Remarks"].pk]
    assert str(items[label].pk) in outcome["refused"]
    assert InspectionAnswer.objects.count() == 1


@pytest.mark.parametrize("door", ["site_answers", "site_step"])
def test_a_door_for_json_takes_nothing_else(under_way, inspector, client_of, door):
    url = reverse(f"inspections:{door}", args=[under_way.pk])
    assert client_of(inspector).post(url, {"answers": "[]"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"answers": 3}', b'{"answers": [3]}', b'{"answers": [{"item": true}]}',
        b'{"answers": [{"item": 1, "value": {}}]}', b'{"answers": [{"item": 1e400}]}',
        b'{"answers": [{"item": 99999999999999999999, "value": "1"}]}',
        b'{"answers": [{"item": 1, "value": "\\u0000"}]}', b"\xff\xfe", b"[" * 5000,
        b'{"answers": [{"item": 1, "value": "1", "answered_at": "9999-12-31T23:59:59-23:59"}]}',
    ],
)  # fmt: skip
def test_bad_bodies_are_refused_in_words(under_way, inspector, client_of, body):
    url = reverse("inspections:site_answers", args=[under_way.pk])
    reply = client_of(inspector).post(url, body, content_type="application/json")

    assert reply.status_code in (200, 400)
    assert "saved" in reply.json() or reply.json()["code"] == "answer_refused"
    assert not InspectionAnswer.objects.exists()


def test_an_item_of_another_checklist_is_refused(under_way, inspector, client_of):
    foreign = make_item(make_type(), "text", "Elsewhere")
    outcome = send(client_of(inspector), under_way, answer(foreign, "x")).json()

    assert outcome["saved"] == []


def test_completing_names_what_is_missing(under_way, items, inspector, client_of):
    client = client_of(inspector)
    send(client, under_way, answer(items["Voltage"], "220"))
    refusal = step(client, under_way, "finish", outcome="ready")

    assert refusal.status_code == 409
    assert refusal.json()["missing"] == ["Drain"]
    assert fresh(under_way).status == "in_progress"

    send(client, under_way, answer(items["Drain"], "ok"))
    assert step(client, under_way, "finish", outcome="ready", note="Fine").status_code == 200
    visit = fresh(under_way)
    assert (visit.status, visit.outcome, visit.result_note) == ("completed", "ready", "Fine")
    assert step(client, visit, "finish", outcome="ready").status_code == 200  # sent twice


def test_a_required_signature_counts_as_missing_until_signed_or_excused(
    riyadh, inspector, client_of
):
    visit = put(make_visit(riyadh, make_type(needs_signature=True)), inspector, 10)
    client, url = client_of(inspector), reverse("inspections:site_signature", args=[visit.pk])
    assert "signature" in step(client, visit, "finish", outcome="ready").json()["missing"][0]
    assert client.post(url, {"signed_by": "Faisal"}).status_code == 400

    drawn = SimpleUploadedFile("s.png", picture((300, 120), "PNG"))
    assert client.post(url, {"signature": drawn, "signed_by": "Faisal"}).json()["has_image"]
    assert step(client, visit, "finish", outcome="ready").status_code == 200
    shown = client.get(reverse("inspections:signature", args=[visit.pk]))
    assert shown.headers["Content-Type"] == "image/png"
    assert InspectionSignature.objects.get().signed_by == "Faisal"


def test_what_was_done_offline_keeps_its_times(scheduled, items, inspector, client_of):
    client, now = client_of(inspector), timezone.now()
    fresh(scheduled).__class__.objects.filter(pk=scheduled.pk).update(
        created_at=now - timedelta(days=2)
    )
    send(client, scheduled, answer(items["Voltage"], "220"), answer(items["Drain"], "ok"))
    began, ended = now - timedelta(hours=2), now - timedelta(hours=1)
    step(
        client, scheduled, "finish", outcome="ready",
        at=ended.isoformat(), started_at=began.isoformat(),
    )  # fmt: skip
    visit = fresh(scheduled)
    assert (visit.status, visit.started_at, visit.finished_at) == ("completed", began, ended)


def test_results_are_final(under_way, items, inspector, client_of):
    client = client_of(inspector)
    first = [answer(items["Voltage"], "220"), answer(items["Drain"], "ok")]
    send(client, under_way, *first)
    client_id = uuid.uuid4()
    shoot(client, under_way, client_id=client_id)
    step(client, under_way, "finish", outcome="ready")

    assert send(client, under_way, answer(items["Voltage"], "1", minutes=5)).status_code == 409
    assert send(client, under_way, *first).status_code == 200  # the same once more is harmless
    assert shoot(client, under_way).status_code == 409
    assert shoot(client, under_way, client_id=client_id).status_code == 200
    assert InspectionAnswer.objects.get(item=items["Voltage"]).number == 220


def test_a_photo_sent_twice_is_stored_once(under_way, items, inspector, client_of):
    client, client_id = client_of(inspector), uuid.uuid4()
    first, second = (
        shoot(client, under_way, client_id=client_id, item=items["Site photo"].pk).json()
        for _turn in range(2)
    )
    assert first == second
    assert InspectionPhoto.objects.count() == 1


def test_a_photo_whose_answer_was_lost_is_taken_away_by_its_id(
    under_way, inspector, second_inspector, client_of
):
    client_id = uuid.uuid4()
    shoot(client_of(inspector), under_way, client_id=client_id)
    photo = InspectionPhoto.objects.get()
    files = [Path(photo.image.path), Path(photo.thumbnail.path)]
    url = reverse("inspections:site_photos", args=[under_way.pk])
    gone = {"client_id": client_id, "is_removed": "1"}

    assert client_of(second_inspector).post(url, gone).status_code == 404
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client_of(inspector).post(url, gone).status_code == 200
    assert not InspectionPhoto.objects.exists()
    assert not any(file.exists() for file in files)
    assert client_of(inspector).post(url, gone).status_code == 200  # once more does no harm
    bad = client_of(inspector).post(url, {**gone, "client_id": "x"})
    assert bad.json()["code"] == "answer_refused"


def test_pictures_that_no_visit_has_are_deleted_after_a_day(under_way, inspector, client_of):
    shoot(client_of(inspector), under_way)
    photo = InspectionPhoto.objects.get()
    kept = [Path(photo.image.path), Path(photo.thumbnail.path)]
    lost, fresh_one = (kept[0].with_name(f"{name}.jpg") for name in ("lost", "fresh"))
    for file in (lost, fresh_one):
        file.write_bytes(b"x")
    for file in (*kept, lost):
        os.utime(file, (0, 0))

    tasks.forget_lost_pictures()
    assert [file.exists() for file in (*kept, lost, fresh_one)] == [True, True, False, True]


def test_a_photo_is_made_anew_without_its_place(under_way, inspector, sales, client_of, colleague):
    shot = Image.new("RGB", (3000, 2000), "green")
    exif = shot.getexif()
    exif[0x010F] = "SpyCam"
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 42.0, 30.0), 3: "E", 4: (46.0, 40.0, 0.0)})
    out = io.BytesIO()
    shot.save(out, "JPEG", exif=exif)
    assert b"SpyCam" in out.getvalue()

    facts = shoot(client_of(inspector), under_way, out.getvalue()).json()
    photo = InspectionPhoto.objects.get()
    stored = photo.image.read()
    assert b"SpyCam" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert Image.open(io.BytesIO(stored)).size == (1600, 1067)
    assert max(Image.open(photo.thumbnail).size) == 320
    assert (photo.latitude, photo.longitude) == (None, None)

    shown = client_of(sales).get(facts["url"])
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown.headers["Cache-Control"]
    assert client_of(colleague).get(facts["url"]).status_code == 404
    assert client_of(colleague).get(facts["thumbnail"]).status_code == 404

    under_way.type.keeps_photo_location = True
    under_way.type.save()
    shoot(client_of(inspector), under_way, out.getvalue())
    kept = InspectionPhoto.objects.last()
    assert (kept.latitude, kept.longitude) == (Decimal("24.708333"), Decimal("46.666667"))


def bomb():
    """A PNG whose head promises 40,000 × 40,000 pixels."""
    data = bytearray(picture((10, 10), "PNG"))
    data[16:24] = (40_000).to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", b"<svg/>", b"GIF89a" + b"\0" * 40, picture()[:200], b"\xff\xd8\xff\xe0",
     picture(kind="GIF"), bomb(), b"\x89PNG\r\n\x1a\n" + b"\xff" * 100],
)  # fmt: skip
def test_what_is_no_picture_is_refused(under_way, inspector, client_of, data):
    assert shoot(client_of(inspector), under_way, data).status_code == 400
    assert not InspectionPhoto.objects.exists()


@pytest.mark.parametrize("form", [{"client_id": "x"}, {"item": "999999"}, {"item": "x"}])
def test_a_photo_without_identity_or_place_is_refused(under_way, inspector, client_of, form):
    assert shoot(client_of(inspector), under_way, **form).status_code == 400


def test_too_large_a_photo_is_refused(under_way, inspector, client_of):
    heavy = picture() + b"\0" * (15 * 1024 * 1024)
    assert shoot(client_of(inspector), under_way, heavy).status_code == 400


def test_a_photos_id_does_not_reach_another_inspection(
    riyadh, survey, under_way, inspector, client_of
):
    client, client_id = client_of(inspector), uuid.uuid4()
    shoot(client, under_way, client_id=client_id)
    other = put(make_visit(riyadh, survey), inspector, 15)

    assert shoot(client, other, client_id=client_id).status_code == 400


def test_an_order_that_waits_is_cleared_by_completion(
    riyadh, survey, items, inspector, sales, client_of
):
    customer = factories.make_customer(riyadh, sales)
    lines = (LineInput(product_id=make_product().pk, quantity=Decimal(1)),)
    order = write_quote(
        OrderInput(customer=customer, lines=lines, requires_inspection=True),
        actor=sales, request_id=None,
    )  # fmt: skip
    visit = put(make_visit(riyadh, survey, sales, customer=customer, order=order), inspector, 10)
    client = client_of(inspector)
    send(client, visit, answer(items["Voltage"], "220"), answer(items["Drain"], "ok"))
    step(client, visit, "finish", outcome="needs_work")

    assert Order.objects.get(pk=order.pk).inspection_cleared_at is not None


def test_what_was_measured_becomes_a_draft_order_once(
    under_way, items, inspector, supervisor, client_of
):
    new = [("Voltage", "220"), ("Drain", "ok"), ("Pipe", "7.5"), ("Lift", "yes")]
    save_answers(
        under_way,
        [NewAnswer(item_id=items[label].pk, value=value, answered_at=timezone.now())
         for label, value in new],
        actor=inspector,
    )  # fmt: skip
    url, client = reverse("inspections:draft_order", args=[under_way.pk]), client_of(supervisor)
    assert client.post(url, HTTP_HX_REQUEST="true").status_code == 409  # not completed yet

    step(client_of(inspector), under_way, "finish", outcome="ready")
    for _turn in range(2):
        assert client.post(url, {"request_id": uuid.uuid4()}).status_code == 302

    order = Order.objects.get()
    lines = {line.product.sku: line.quantity for line in order.lines.select_related("product")}
    assert lines == {items["Pipe"].product.sku: Decimal("2.5"), "LIFT": Decimal(2)}
    assert (order.customer, order.branch, order.owner) == (
        under_way.customer, under_way.branch, supervisor,
    )  # fmt: skip
    assert fresh(under_way).draft_order == order
    assert client_of(inspector).post(url).status_code == 403


def test_the_site_page_belongs_to_its_inspector(
    under_way, inspector, sales, second_inspector, client_of
):
    url = reverse("inspections:site", args=[under_way.pk])
    assert client_of(inspector).get(url).status_code == 200
    assert client_of(second_inspector).get(url).status_code == 404
    assert client_of(sales).get(url).status_code == 403
    assert send(client_of(second_inspector), under_way).status_code == 404


def test_a_masked_role_sees_no_phone(riyadh, survey, inspector, client_of):
    customer = factories.make_customer(riyadh, phones=("+966551234567",))
    visit = put(make_visit(riyadh, survey, customer=customer), inspector, 10)
    inspector.role.hidden_fields = {"customers.phone": "masked"}
    inspector.role.save()
    client = client_of(inspector)
    for door in ("detail", "site"):
        page = client.get(reverse(f"inspections:{door}", args=[visit.pk])).content.decode()
        assert "551234567" not in page.replace(" ", "")


def test_the_worker_of_the_site_page_reaches_only_it(inspector, client_of, client):
    answered = client_of(inspector).get(reverse("inspections:site_worker"))
    assert answered.headers["Service-Worker-Allowed"] == "/inspections/site/"
    assert answered.headers["Content-Type"].startswith("text/javascript")
    assert client.get(reverse("inspections:site_worker")).status_code == 302
