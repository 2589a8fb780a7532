"""Pictures of products by API: nothing but the pixels is kept, one of them is the cover."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Activity
from inventory.models import ProductImage

from .conftest import a_product
from .test_products import a_picture

pytestmark = pytest.mark.django_db


def upload(content: bytes, name: str = "unit.png") -> dict[str, Any]:
    return {"image": SimpleUploadedFile(name, content)}


def test_pictures_are_added_shown_chosen_and_removed(
    api_of: Any, manager: Any, sales: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    product, api, own = a_product(), api_of(manager), api_of(sales)
    url = f"/api/v1/products/{product.pk}/pictures/"
    once = {"Idempotency-Key": "picture-1"}
    first = api.post(url, upload(a_picture()), format="multipart", headers=once)
    assert first.status_code == 201, first.content
    assert first.json()["is_cover"] is True
    again = api.post(url, upload(a_picture()), format="multipart", headers=once)
    assert again.json() == first.json()
    other = api.post(url, upload(a_picture("JPEG")), format="multipart", headers=once)
    assert other.json()["code"] == "idempotency_key_reused"  # another content under the same name
    second = api.post(url, upload(a_picture("WEBP")), format="multipart").json()

    chosen = api.post(f"{url}{second['id']}/cover/")
    assert chosen.json()["is_cover"] is True
    rows = own.get(url).json()["results"]
    assert [(row["id"], row["is_cover"]) for row in rows] == [
        (first.json()["id"], False), (second["id"], True),
    ]  # fmt: skip
    for address in (second["url"], second["thumbnail_url"]):
        assert own.get(address).headers["Content-Type"] == "image/webp"
    other_product = f"/api/v1/products/{a_product().pk}/pictures/{second['id']}/"
    assert own.get(f"{other_product}picture/").status_code == 404
    assert api.delete(other_product).status_code == 404
    assert own.post(url, upload(a_picture()), format="multipart").status_code == 403
    assert own.delete(f"{url}{second['id']}/").status_code == 403
    assert api.delete(f"{url}{second['id']}/").status_code == 204
    product.refresh_from_db()
    assert product.cover_id == first.json()["id"]
    verbs = list(
        Activity.objects.filter(verb__startswith="product.").values_list("verb", flat=True)
    )
    assert sorted(verbs) == [
        "product.cover_chosen", *["product.picture_added"] * 2, "product.picture_removed",
    ]  # fmt: skip


def test_what_is_no_picture_is_refused(
    api_of: Any, manager: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    api, url = api_of(manager), f"/api/v1/products/{a_product().pk}/pictures/"
    refused = api.post(url, upload(b"<script>"), format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (422, "unreadable_picture")
    assert list(refused.json()["errors"]) == ["image"]
    for body in ({}, {"image": "unit.png"}, upload(b""), {**upload(a_picture()), "cover": "1"}):
        assert api.post(url, body, format="multipart").status_code == 400, body
    assert api.post(url, {"image": "unit.png"}).status_code == 400  # as JSON
    assert not ProductImage.objects.exists()
    assert list(tmp_path.rglob("*.webp")) == []
