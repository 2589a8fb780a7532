"""Only the pixels of a photo survive, and no picture takes the server's memory or life."""

import io
import random
import resource
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from inspections.errors import UnreadablePhoto
from inspections.models import InspectionPhoto, InspectionSignature
from inspections.services.pictures import READS_HEIC, read_picture, read_signature

from .conftest import make_type, make_visit, picture, put
from .heic import HEIC

needs_heic = pytest.mark.skipif(not READS_HEIC, reason="pillow-heif is not installed")


def shoot(client, visit, data, name="x.jpg"):
    form = {"client_id": uuid.uuid4(), "photo": SimpleUploadedFile(name, data)}
    return client.post(reverse("inspections:site_photos", args=[visit.pk]), form)


def stored_bytes(photo):
    return photo.image.read() + photo.thumbnail.read()


def saved(kind, **options):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, kind, **options)
    return out.getvalue()


def with_text():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "24.7136 N 46.6753 E")
    return saved("PNG", pnginfo=info)


@pytest.mark.parametrize(
    "data",
    [
        saved("JPEG", comment=b"24.7136 N 46.6753 E"),
        saved("JPEG", xmp=b"<x:xmpmeta>24.7136 N 46.6753 E</x:xmpmeta>"),
        saved("WEBP", xmp=b"<x:xmpmeta>24.7136 N 46.6753 E</x:xmpmeta>"),
        with_text(),
    ],
    ids=["JPEG comment", "JPEG XMP", "WebP XMP", "PNG text"],
)
def test_no_word_beside_the_pixels_survives(under_way, inspector, client_of, data):
    assert b"46.6753" in data
    assert shoot(client_of(inspector), under_way, data).status_code == 200

    assert b"46.6753" not in stored_bytes(InspectionPhoto.objects.get())


def bomb(kind, mode, side):
    """A picture of one colour: a few hundred kilobytes, hundreds of megabytes once decoded."""
    out = io.BytesIO()
    Image.new(mode, (side, side)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P")])
def test_a_small_file_of_very_many_pixels_is_refused_before_it_is_decoded(kind, mode):
    data = bomb(kind, mode, 8900)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadablePhoto):
        read_picture(io.BytesIO(data), len(data))
    with pytest.raises(UnreadablePhoto):
        read_signature(io.BytesIO(data), len(data))

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # kilobytes
    assert grown < 50_000


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK"])
def test_pictures_of_every_mode_are_read(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new("RGB", (2000, 900), "white").convert(mode).save(out, kind)

    stored = Image.open(io.BytesIO(read_picture(out, len(out.getvalue())).image))
    assert (stored.mode, stored.size) == ("RGB", (1600, 720))
    assert stored.getpixel((800, 300))[0] > 250


@pytest.mark.parametrize(("orientation", "size"), [(1, (80, 60)), (6, (60, 80)), (8, (60, 80))])
def test_a_photo_stands_upright(orientation, size):
    shot = Image.new("RGB", (80, 60), "green")
    exif = shot.getexif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    shot.save(out, "JPEG", exif=exif)

    assert Image.open(io.BytesIO(read_picture(out, len(out.getvalue())).image)).size == size


@pytest.mark.filterwarnings("ignore::UserWarning")  # of broken EXIF
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_broken_pictures_are_refused_with_one_error(kind):
    if kind == "HEIF" and not READS_HEIC:
        pytest.skip("pillow-heif is not installed")
    whole = HEIC if kind == "HEIF" else saved(kind, exif=Image.Exif().tobytes())
    chance = random.Random(7)
    outcomes = set()
    for _turn in range(150):
        data = bytearray(whole)
        for _byte in range(chance.choice((1, 4, 12))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_picture(io.BytesIO(bytes(data)), len(data))
            outcomes.add("read")
        except UnreadablePhoto:
            outcomes.add("refused")
    assert "refused" in outcomes


@needs_heic
def test_a_photo_of_an_iphone_is_kept_as_jpeg_without_its_place(under_way, inspector, client_of):
    assert b"SpyCam" in HEIC
    assert shoot(client_of(inspector), under_way, HEIC, "IMG_0001.HEIC").status_code == 200

    photo = InspectionPhoto.objects.get()
    shown = Image.open(photo.image)
    assert (shown.format, shown.size) == ("JPEG", (64, 48))
    assert shown.getpixel((8, 8))[0] > 150  # the red quarter
    assert b"SpyCam" not in stored_bytes(photo)
    assert (photo.latitude, photo.longitude) == (None, None)


@needs_heic
def test_the_site_page_lets_phones_choose_it(under_way, inspector, client_of):
    page = client_of(inspector).get(reverse("inspections:site", args=[under_way.pk]))
    assert 'accept="image/jpeg,image/png,image/webp,image/heic,image/heif"' in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_signature_that_is_replaced_leaves_no_picture_behind(riyadh, inspector, client_of):
    visit = put(make_visit(riyadh, make_type(needs_signature=True)), inspector, 10)
    client, url = client_of(inspector), reverse("inspections:site_signature", args=[visit.pk])
    names = []
    for _turn in range(2):
        drawn = SimpleUploadedFile("s.png", picture((300, 120), "PNG"))
        assert client.post(url, {"signature": drawn}).json()["has_image"]
        names.append(InspectionSignature.objects.get().image.name)

    storage = InspectionSignature.objects.get().image.storage
    assert [storage.exists(name) for name in names] == [False, True]
