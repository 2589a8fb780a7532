"""Who signs in has been seen, from the first moment on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_sign_in_is_a_last_seen(sales: Any) -> None:
    assert sales.last_seen_at is None
    answer = Client().post(
        reverse("accounts:sign_in"), {"email": sales.email, "password": PASSWORD}
    )
    assert answer.status_code == 302
    seen = User.objects.get(pk=sales.pk).last_seen_at
    assert seen is not None
    assert timezone.now() - seen < timedelta(seconds=30)
