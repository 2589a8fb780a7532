"""Encrypted fields: nothing readable in the database, keys exchanged while running."""

from base64 import urlsafe_b64encode
from io import StringIO

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crm_project.kit.crypto import (
    DecryptionError,
    EncryptedTextField,
    decrypt,
    encrypt,
    reencrypt,
)
from crm_project.kit.management.commands import rotate_field_keys

OLD, NEW, OTHER = (urlsafe_b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.FIELD_KEYS = [OLD]


@pytest.fixture
def secret_model(db, monkeypatch):
    """A table with an encrypted identity number, for as long as the test."""
    with isolate_apps("crm_project.kit") as registry:

        class Secret(models.Model):
            number = EncryptedTextField(null=True)

            class Meta:
                app_label = "kit"

            def __str__(self):
                return str(self.pk)

        with connection.schema_editor() as editor:
            editor.create_model(Secret)
        monkeypatch.setattr(rotate_field_keys, "apps", registry)
        yield Secret


def raw_numbers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kit_secret ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def rotate(*flags):
    out = StringIO()
    call_command("rotate_field_keys", *flags, stdout=out, stderr=out)
    return out.getvalue()


def test_the_database_holds_no_plain_text_and_the_model_reads_it(secret_model):
    secret_model.objects.create(number="1012345678 سرّ")

    (stored,) = raw_numbers()
    assert "1012345678" not in stored
    assert "سرّ" not in stored
    assert secret_model.objects.get().number == "1012345678 سرّ"


def test_equal_texts_are_stored_differently(secret_model):
    secret_model.objects.create(number="1")
    secret_model.objects.create(number="1")

    assert len(set(raw_numbers())) == 2


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_stays_nothing(secret_model, empty):
    secret_model.objects.create(number=empty)

    assert raw_numbers() == [empty]
    assert secret_model.objects.get().number == empty


@pytest.mark.parametrize("lookup", ["exact", "contains", "in", "startswith", "gt"])
def test_encrypted_text_can_not_be_filtered_by_mistake(secret_model, lookup):
    with pytest.raises(FieldError, match="searched"):
        secret_model.objects.filter(**{f"number__{lookup}": "1"}).exists()


def test_missing_values_can_be_filtered(secret_model):
    secret_model.objects.create(number=None)

    assert secret_model.objects.filter(number__isnull=True).count() == 1


@hypothesis_settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_text_is_read_back(text):
    assert decrypt(encrypt(text)) == text


def test_a_lone_surrogate_is_stored_as_a_question_mark():
    assert decrypt(encrypt("a\ud800")) == "a?"


@pytest.mark.parametrize("place", [3, -1, -20])
def test_a_changed_value_is_refused(place):
    stored = encrypt("1012345678")
    changed = "A" if stored[place] != "A" else "B"
    forged = (
        stored[:place] + changed + stored[len(stored) + place + 1 if place < 0 else place + 1 :]
    )

    with pytest.raises(DecryptionError):
        decrypt(forged)


@pytest.mark.parametrize("stored", ["plain", "v1.", "v1.00000000.AAAA", "v1.é.é"])
def test_what_was_never_encrypted_is_refused(stored):
    with pytest.raises(DecryptionError):
        decrypt(stored)


@pytest.mark.parametrize("keys", [[], ["short"], ["é"], [OLD[:-8]]])
def test_a_missing_or_malformed_key_is_a_fault_of_configuration(settings, keys):
    settings.FIELD_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        encrypt("x")


def test_while_keys_change_old_rows_are_read_and_new_rows_use_the_new_key(secret_model, settings):
    secret_model.objects.create(number="1")
    settings.FIELD_KEYS = [NEW, OLD]
    secret_model.objects.create(number="1")

    assert {row.number for row in secret_model.objects.all()} == {"1"}
    assert raw_numbers()[0][:12] != raw_numbers()[1][:12]


def test_after_rotation_no_row_needs_the_old_key(secret_model, settings):
    for number in ["1", "2", "3", None, ""]:
        secret_model.objects.create(number=number)
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="3 rows need an old key"):
        rotate("--check")

    rotate("--batch", "2")

    settings.FIELD_KEYS = [NEW]
    assert "0 rows need an old key" in rotate("--check")
    assert [row.number for row in secret_model.objects.order_by("pk")] == ["1", "2", "3", None, ""]


def test_a_rotation_that_was_stopped_goes_on_where_it_was(secret_model, settings):
    for number in "12345":
        secret_model.objects.create(number=number)
    settings.FIELD_KEYS = [NEW, OLD]

    def stop(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reencrypt(secret_model, "number", 2, stop)

    assert reencrypt(secret_model, "number", 2).rewritten == 3


@pytest.mark.parametrize("writer_keys", [[OLD], [NEW, OLD]])
def test_a_row_changed_during_rotation_keeps_the_change(
    secret_model, settings, monkeypatch, writer_keys
):
    first, last = (secret_model.objects.create(number=number) for number in "12")
    settings.FIELD_KEYS = [NEW, OLD]

    def read_while_another_process_writes(stored):
        plain = decrypt(stored)
        if plain == "1":
            settings.FIELD_KEYS = writer_keys
            secret_model.objects.filter(pk=last.pk).update(number="changed")
            settings.FIELD_KEYS = [NEW, OLD]
        return plain

    monkeypatch.setattr("crm_project.kit.crypto.decrypt", read_while_another_process_writes)
    reencrypt(secret_model, "number")
    monkeypatch.undo()

    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.number, last.number) == ("1", "changed")


def test_a_row_of_a_lost_key_is_counted_and_left_alone(secret_model, settings):
    settings.FIELD_KEYS = [OTHER]
    secret_model.objects.create(number="lost")
    settings.FIELD_KEYS = [OLD]
    secret_model.objects.create(number="2")
    before = raw_numbers()
    settings.FIELD_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match="1 rows need an old key"):
        rotate()

    assert raw_numbers()[0] == before[0]
    assert raw_numbers()[1] != before[1]
