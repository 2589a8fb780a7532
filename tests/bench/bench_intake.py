"""Intake under load, against a running `manage.py up`. Run by hand; never asserted.

    .venv/bin/python manage.py shell < /dev/null  # the database must be up
    .venv/bin/python tests/bench/bench_intake.py --url http://localhost:8000 --rate 100 --seconds 30

Prints the webhook's answer times, how many messages became leads (lost, doubled), how long the
backlog took, and how long a message took to reach the assigned person's open page (socket + fetch).
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import random
import statistics
import sys
import time
import uuid
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

TEXTS = [
    "السلام عليكم أحتاج تكييف سبليت عدد {n} في حي النرجس الرياض، الميزانية {n} آلاف ريال",
    "Hello, please quote {n} ducted AC units for our office in Olaya, Riyadh. Budget SAR {n}000",
    "عايز اعرف سعر تركيب مطبخ الوميتال {n} متر في التجمع الخامس لو سمحت",
    "محتاجين ستائر رول لعدد {n} شبابيك في جدة حي الروضة ضروري اليوم",
]


def body_of(run: str, number: int, phone_number_id: str) -> bytes:
    wa_id = f"9665{random.randint(10_000_000, 99_999_999)}"
    text = random.choice(TEXTS).format(n=random.randint(2, 30)) + f" ref{run}n{number}e"
    message = {
        "from": wa_id,
        "id": f"wamid.{run}.{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "966500000000", "phone_number_id": phone_number_id},
        "contacts": [{"profile": {"name": f"عميل {number}"}, "wa_id": wa_id}],
        "messages": [message],
    }
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
        }
    ).encode()


async def post_all(
    options: argparse.Namespace, run: str
) -> tuple[list[float], list[int], dict[str, float]]:
    secret = os.environ["WHATSAPP_APP_SECRET"].encode()
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    times: list[float] = []
    codes: list[int] = []
    sent: dict[str, float] = {}
    total = int(options.rate * options.seconds)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:

        async def one(number: int) -> None:
            body = body_of(run, number, options.number_id)
            digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
            headers = {
                "X-Hub-Signature-256": f"sha256={digest}",
                "Content-Type": "application/json",
            }
            start = time.perf_counter()
            sent[f"ref{run}n{number}e"] = time.time()
            try:
                answer = await client.post(
                    f"{options.url}/webhooks/whatsapp/", content=body, headers=headers
                )
                codes.append(answer.status_code)
            except httpx.HTTPError:
                codes.append(0)
            times.append(time.perf_counter() - start)

        start = time.perf_counter()
        tasks = []
        for number in range(total):
            await asyncio.sleep(max(0, start + number / options.rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number)))
        await asyncio.gather(*tasks)
    return times, codes, sent


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def report(times: list[float]) -> str:
    return (
        f"p50 {statistics.median(times) * 1000:.1f} ms, p95 {percentile(times, 0.95) * 1000:.1f} ms, "
        f"p99 {percentile(times, 0.99) * 1000:.1f} ms, max {max(times) * 1000:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--rate", type=float, default=100, help="messages a second")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--number-id", default="100001")
    options = parser.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings.development")
    django.setup()
    from leads.models import Lead, LeadMessage
    from messaging.models import Message

    run = uuid.uuid4().hex[:8]
    begun = time.time()
    times, codes, sent = asyncio.run(post_all(options, run))
    answered = time.time()
    print(
        f"webhook: {len(times)} answers in {answered - begun:.1f} s, {report(times)}; "
        f"codes { {code: codes.count(code) for code in set(codes)} }"
    )
    wanted = sum(code == 200 for code in codes)
    while time.time() - answered < 120:
        leads = LeadMessage.objects.filter(message__provider_id__startswith=f"wamid.{run}.").count()
        if leads >= wanted:
            break
        time.sleep(0.2)
    print(f"drained {time.time() - answered:.1f} s after the last answer")
    rows = LeadMessage.objects.filter(message__provider_id__startswith=f"wamid.{run}.")
    messages = Message.objects.filter(provider_id__startswith=f"wamid.{run}.").count()
    found = list(rows.values_list("message__provider_id", "lead__assigned_at", "message__text"))
    print(
        f"acknowledged {wanted}, messages {messages}, in leads {len(found)}, "
        f"lost {wanted - messages}, doubled {len(found) - len({row[0] for row in found})}"
    )
    delays = [
        assigned.timestamp() - sent[text[text.index("ref") :]]
        for _pk, assigned, text in found
        if assigned
    ]
    if delays:
        print(f"sent -> routed: {report(delays)} of {len(delays)}")
    print(f"leads in all: {Lead.objects.count()}")


if __name__ == "__main__":
    main()
