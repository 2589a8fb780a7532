"""Settings → Channels: which number or mailbox belongs to which branch."""

import pytest
from django.urls import reverse

from accounts.models import Activity
from messaging.models import Channel
from messaging.readers.channels import channel_for
from messaging.services.channels import version_of
from tests.factories import make_channel

pytestmark = pytest.mark.django_db
PAGE = "/signals/channels/"


def fields(branch, **changes):
    """What the form sends."""
    known = {"kind": "whatsapp", "external_id": "55501", "name": "Sales", "is_active": "on"}
    return {**known, "branch": branch.pk, **changes}


def test_the_page_shows_numbers_and_mailboxes_with_their_branches(client_of, manager, jeddah):
    make_channel(jeddah, name="Jeddah sales", address="+966500000001")
    page = client_of(manager).get(PAGE).content.decode()
    assert "Jeddah sales" in page
    assert "+966500000001" in page
    assert "/webhooks/whatsapp/" in page


@pytest.mark.parametrize("named", ["777", ""])  # a payload may name no number of ours
def test_a_number_that_wrote_first_is_given_to_another_branch(
    client_of, manager, riyadh, jeddah, named
):
    channel = channel_for(kind="whatsapp", external_id=named)
    address = reverse("messaging:channel_edit", args=[channel.pk])

    change = {"name": "Second", "branch": jeddah.pk, "is_active": 1, "seen": version_of(channel)}
    answer = client_of(manager).post(address, change)

    assert answer.status_code == 302
    assert channel_for(kind="whatsapp", external_id=named).branch == jeddah
    log = Activity.objects.get(verb="channel.changed")
    assert log.changes["branch"] == [riyadh.code, jeddah.code]
    assert log.actor == manager


def test_a_later_save_does_not_undo_an_earlier_one_silently(client_of, manager, riyadh):
    channel = make_channel(riyadh, external_id="1", name="First")
    client = client_of(manager)
    address = reverse("messaging:channel_edit", args=[channel.pk])
    seen = client.get(address).context["form"]["seen"].value()
    mine, theirs = fields(riyadh, name="Mine", seen=seen), fields(riyadh, name="Theirs", seen=seen)

    assert client.post(address, theirs).status_code == 302
    assert client.post(address, theirs).status_code == 302  # a double click is no conflict
    refused = client.post(address, mine)
    assert refused.status_code == 422
    assert "Somebody changed this while you were editing" in refused.content.decode()
    assert Channel.objects.get().name == "Theirs"
    again = mine | {"seen": refused.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    assert Channel.objects.get().name == "Mine"
    assert Activity.objects.filter(verb="channel.changed").count() == 2


def test_what_a_channel_is_cannot_be_changed(client_of, manager, riyadh):
    channel = make_channel(riyadh, external_id="1")
    address = reverse("messaging:channel_edit", args=[channel.pk])
    change = fields(riyadh, kind="email", external_id="2", seen=version_of(channel))
    assert client_of(manager).post(address, change).status_code == 302
    channel.refresh_from_db()
    assert (channel.kind, channel.external_id) == ("whatsapp", "1")


def test_a_mailbox_is_made_before_its_first_mail(client_of, manager, jeddah):
    made = fields(jeddah, kind="email", external_id=" Sales@Example.com ")
    assert client_of(manager).post(f"{PAGE}new/", made).status_code == 302
    assert channel_for(kind="email", external_id="sales@example.com").branch == jeddah


def test_one_number_is_one_channel(client_of, manager, riyadh):
    client = client_of(manager)
    client.post(f"{PAGE}new/", fields(riyadh))
    again = client.post(f"{PAGE}new/", fields(riyadh))
    assert again.status_code == 422
    assert "Another channel has this number or mailbox." in again.content.decode()
    assert Channel.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": "web_form"}, {"external_id": " "}, {"branch": 0}, {"name": "x" * 81}]
)
def test_impossible_channels_are_refused(client_of, manager, riyadh, wrong):
    answer = client_of(manager).post(f"{PAGE}new/", fields(riyadh) | wrong)
    assert answer.status_code == 422
    assert not Channel.objects.exists()


def test_only_who_may_change_channels_does(client_of, supervisor, riyadh):
    channel, client = make_channel(riyadh), client_of(supervisor)
    address = reverse("messaging:channel_edit", args=[channel.pk])
    for path in (PAGE, f"{PAGE}new/", address):
        assert client.get(path).status_code == 403
    assert client.post(address, fields(riyadh)).status_code == 403
    assert Channel.objects.get().name == channel.name


def test_a_web_form_is_changed_on_its_own_page(client_of, manager, riyadh):
    channel = make_channel(riyadh, kind="web_form")
    address = reverse("messaging:channel_edit", args=[channel.pk])
    assert client_of(manager).get(address).status_code == 404
    assert address not in client_of(manager).get(PAGE).content.decode()


def test_the_settings_and_the_palette_lead_here(client_of, manager):
    assert f'href="{PAGE}"' in client_of(manager).get(reverse("accounts:settings")).content.decode()
