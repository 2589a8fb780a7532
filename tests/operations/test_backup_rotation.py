"""Which backups stay: a function of their times, whatever the clock says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from operations.services.backup_rotation import Made, outdated

TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
BACKUPS = st.lists(
    st.builds(lambda at, good: Made(f"madar-{at:%Y%m%d%H%M%S%f}", at, good), TIMES, st.booleans()),
    max_size=60,
    unique_by=lambda made: made.name,
)


def kept(backups: list[Made]) -> list[Made]:
    gone = set(outdated(backups))
    return [made for made in backups if made.name not in gone]


def nightly(days: int) -> list[Made]:
    first = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
    return [Made(f"d{day:04}", first + timedelta(days=day)) for day in range(days)]


def test_after_two_years_of_nights_there_are_seven_days_four_weeks_and_twelve_months() -> None:
    backups: list[Made] = []
    for night in nightly(730):  # 2027-12-31 is a Friday
        backups = kept([*backups, night])
    days = {made.at.date().isoformat() for made in backups}
    assert days >= {f"2027-12-{day}" for day in range(25, 32)}
    assert days >= {"2027-12-12", "2027-12-19", "2027-12-26"}  # Sundays end the weeks before
    ends = {"2027-01-31", "2027-02-28", "2027-06-30", "2027-11-30"}
    assert days >= ends
    assert len({day[:7] for day in days}) == 12
    assert len(backups) <= 7 + 4 + 12


@settings(max_examples=150, deadline=None)
@given(BACKUPS)
def test_the_newest_good_one_always_stays_and_never_more_than_the_rules_say(
    backups: list[Made],
) -> None:
    stay = kept(backups)
    good = [made for made in backups if made.is_good]
    if good:
        newest = max(good, key=lambda made: (made.at, made.name))
        assert newest in stay
    else:
        assert stay == backups  # a bad one may be all there is
    assert sum(made.is_good for made in stay) <= 7 + 4 + 12
    assert kept(stay) == stay  # a second look removes nothing more
    assert outdated(backups) == outdated(backups[::-1])  # whatever order the folder lists them in


@settings(max_examples=100, deadline=None)
@given(BACKUPS)
def test_one_that_cannot_be_restored_never_takes_the_place_of_one_that_can(
    backups: list[Made],
) -> None:
    only_good = [made for made in backups if made.is_good]
    assert {made for made in kept(backups) if made.is_good} == set(kept(only_good))
