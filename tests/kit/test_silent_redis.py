"""A Redis that accepts and never answers: worse than a dead one, and still only optional."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from messaging.models import Signal

LONGEST = 3.0  # seconds for any answer; the defaults of the client library wait five and more


@pytest.fixture
def silent_redis(settings: Any) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": address,
                "OPTIONS": settings.REDIS_PATIENCE,
            }
        }
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "crm_project.kit.redis_layer.RedisChannelLayer",
                "CONFIG": {"hosts": [{"address": address, **settings.REDIS_PATIENCE}]},
            }
        }
        channel_layers.backends.clear()
        yield
    channel_layers.backends.clear()
    caches.close_all()


def test_the_patience_with_redis_is_what_the_settings_use() -> None:
    assert max(settings.REDIS_PATIENCE.values()) <= 1
    if settings.REDIS_URL:
        assert settings.CACHES["default"]["OPTIONS"] == settings.REDIS_PATIENCE
        host = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
        assert settings.REDIS_PATIENCE.items() <= host.items()


@pytest.mark.django_db(transaction=True)
def test_a_message_is_taken_in_while_redis_is_silent(client: Client, silent_redis: None) -> None:
    body = json.dumps({"object": "whatsapp_business_account", "entry": []}).encode()
    secret = settings.WHATSAPP_APP_SECRET.encode()
    signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    started = time.monotonic()
    answer = client.post(
        "/webhooks/whatsapp/", body, "application/json", headers={"X-Hub-Signature-256": signature}
    )
    assert answer.status_code == 200
    assert Signal.objects.count() == 1
    assert time.monotonic() - started < LONGEST


@pytest.mark.django_db
def test_the_api_answers_while_redis_is_silent(api_of: Any, sales: Any, silent_redis: None) -> None:
    client = api_of(sales)
    started = time.monotonic()
    assert client.get("/api/v1/customers/").status_code == 200
    assert time.monotonic() - started < LONGEST
