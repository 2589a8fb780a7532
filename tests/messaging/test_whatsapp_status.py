"""Delivery states come late, twice and in any order; the answer is the same."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from messaging.gateways.whatsapp.payload import read_payload
from messaging.gateways.whatsapp.readings import InboundWhatsApp, StatusUpdate
from messaging.gateways.whatsapp.statuses import (
    STATUS_RANK,
    merge_status,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "intake" / "whatsapp"


def merged(*reports: str) -> str:
    state = ""
    for report in reports:
        state = merge_status(state, report)
    return state


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
def test_any_order_of_reports_ends_in_the_highest(order):
    assert merged(*order) == "read"


def test_a_played_voice_note_is_more_than_read():
    assert merged("played", "read", "delivered") == "played"


@pytest.mark.parametrize("late", ["", "accepted", "sent", "failed"])
def test_failed_stays_failed_unless_delivery_is_proved(late):
    assert merge_status("failed", late) == "failed"


@pytest.mark.parametrize("proof", ["delivered", "read", "played"])
def test_a_later_proof_of_delivery_takes_a_failure_back(proof):
    assert merge_status("failed", proof) == proof
    assert merge_status(proof, "failed") == proof


@pytest.mark.parametrize("state", STATUS_RANK)
def test_an_unknown_state_changes_nothing(state):
    assert merge_status(state, "teleported") == state


def read_status(**fields: object) -> StatusUpdate:
    status = {"id": "wamid.S", "status": "delivered", "timestamp": "1790000000"} | fields
    value = {"statuses": [status]}
    change = {"field": "messages", "value": value}
    (reading,) = read_payload({"entry": [{"changes": [change]}]})
    assert isinstance(reading, StatusUpdate)
    return reading


def test_a_status_carries_our_own_id_the_price_and_the_person():
    price = {"billable": True, "category": "service", "pricing_model": "PMP"}

    status = read_status(
        recipient_id="201000000042",
        recipient_user_id="EG.1",
        pricing=price,
        biz_opaque_callback_data="message:7",
    )

    assert (status.recipient_phone, status.recipient_bsuid) == ("+201000000042", "EG.1")
    assert (status.pricing, status.our_id) == (price, "message:7")
    assert status.at == datetime.fromtimestamp(1790000000, UTC)


def test_a_failure_tells_code_and_details_even_where_the_title_is_gone():
    errors = [{"code": "131047", "error_data": {"details": "24 hours"}}, "odd", {"title": "only"}]

    failure = read_status(status="FAILED", errors=errors)

    assert failure.status == "failed"
    told = [(error.code, error.title, error.details) for error in failure.errors]
    assert told == [(131047, "", "24 hours"), (None, "only", "")]


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data absent")
def test_every_shared_sequence_ends_in_the_expected_state():
    checked = 0
    for line in (SHARED / "sequences_public.jsonl").read_text().splitlines():
        case = json.loads(line) if line.strip() else {"deliveries": [], "expect": {}}
        readings = [r for delivery in case["deliveries"] for r in read_payload(delivery)]
        for wamid, final in case["expect"].get("final_status", {}).items():
            reports = [
                r.status for r in readings if isinstance(r, StatusUpdate) and r.provider_id == wamid
            ]
            assert merged(*reports) == final, case["why"]
            checked += 1
        inbound = {r.provider_id for r in readings if isinstance(r, InboundWhatsApp)}
        expected = case["expect"].get("messages", [])
        if isinstance(expected, list):
            assert {message["id"] for message in expected} <= inbound
        if "inbound_count" in case["expect"]:
            new = {r.provider_id for r in readings if getattr(r, "is_new_message", False)}
            assert len(new) == case["expect"]["inbound_count"]
    assert checked
