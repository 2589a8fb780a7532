"""Who is told of a raw signal that could not be read reads it in their own language and time."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import Notification
from accounts.roles import RoleCode
from messaging.models import Signal
from messaging.tasks import tell_about_failed_signal
from tests import factories


def test_the_notice_names_the_signal_in_each_persons_language_and_clock(company: Any) -> None:
    west = factories.make_branch("cai", time_zone="Africa/Cairo")
    east = factories.make_branch("riy", time_zone="Asia/Riyadh")
    people = {
        language: factories.make_user(RoleCode.BRANCH_MANAGER, branch, language=language)
        for language, branch in (("en", west), ("ar", east))
    }
    moment = datetime(2026, 1, 15, 21, 30, tzinfo=UTC)  # 23:30 in Cairo, half past midnight here
    for branch in (west, east):
        signal = Signal.objects.create(
            channel="email", key=f"k{branch.pk}", body=b"", branch=branch, received_at=moment,
            status="failed",
        )  # fmt: skip
        tell_about_failed_signal(signal_id=signal.pk)

    told = {row.user.language: row.subject for row in Notification.objects.select_related("user")}
    assert told == {"en": "E-mail · 15 Jan 2026, 23:30", "ar": told["ar"]}
    assert told["ar"].startswith("البريد الإلكتروني · 16 يناير 2026")
    assert told["ar"].endswith("00:30")
    assert {person.language for person in people.values()} == set(told)
