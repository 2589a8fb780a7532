"""The main job: a message from outside is a routed lead on the right person's screen, live."""

import hashlib
import hmac
import json
import time
import urllib.request
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import Activity, Notification
from leads.models import Lead
from messaging.models import Message, Signal
from tests.site import needs_browser

pytestmark = pytest.mark.browser
TEXT = (
    "السلام عليكم، معكم أبو راكان. عندي فيلا بالنرجس وأحتاج تكييف لخمس غرف، الميزانية ٢٠ ألف ريال"
)


def webhook_body(*, number_id: str, wamid: str, text: str, wa_id: str = "966507712245") -> bytes:
    """A text message as the WhatsApp Cloud API delivers it."""
    message = {
        "from": wa_id, "id": wamid, "timestamp": str(int(time.time())), "type": "text",
        "text": {"body": text},
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "966500000000", "phone_number_id": number_id},
        "contacts": [{"profile": {"name": "Abu Rakan"}, "wa_id": wa_id}],
        "messages": [message],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def post_signed(url: str, body: bytes) -> int:
    """Send it as Meta does: HMAC-SHA256 over the raw body."""
    digest = hmac.new(settings.WHATSAPP_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
    request = urllib.request.Request(f"{url}/webhooks/whatsapp/", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)


@needs_browser
def test_a_whatsapp_message_appears_live_on_the_assigned_persons_screen(
    site: Any, page_of: Any, whatsapp: Any, team: Any, sales: Any
) -> None:
    page = page_of(sales)
    page.goto(f"{site.url}/leads/")
    with site.worker():
        expect(page.locator(".live")).to_be_visible()
        body = webhook_body(number_id=whatsapp.external_id, wamid="wamid.one", text=TEXT)
        assert post_signed(site.url, body) == 200
        assert post_signed(site.url, body) == 200  # the provider repeats itself

        expect(page.get_by_text("أبو راكان").first).to_be_visible(timeout=10_000)

    lead = Lead.objects.get()
    assert (lead.owner, lead.city, lead.product) == (sales, "Riyadh", "hvac")
    assert Signal.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 1
    assert Notification.objects.filter(user=sales, kind="lead.assigned").count() == 1
    automatic = set(Activity.objects.about(lead).values_list("verb", flat=True))
    assert {"lead.opened", "lead.interpreted", "lead.assigned"} <= automatic
    assert all(entry.reason for entry in Activity.objects.about(lead))
