"""What to do about an error of the Cloud API.

The code decides; titles and HTTP states only where there is no known code.
Source: developers.facebook.com, WhatsApp Business Platform, "Error codes" (15 May 2026).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MARKETING_PAUSE = timedelta(hours=24)


class Action(StrEnum):
    """What the product does next."""

    RETRY_LATER = "retry_later"
    SLOW_DOWN_NUMBER = "slow_down_number"
    SLOW_DOWN_PAIR = "slow_down_pair"  # too many messages to one person
    SLOW_DOWN_ACCOUNT = "slow_down_account"
    OFFER_TEMPLATE = "offer_template"  # the 24 hours are over
    MARK_UNDELIVERABLE = "mark_undeliverable_try_other_channel"
    DO_NOT_RETRY_SOON = "do_not_retry_soon"  # marketing cap of this person
    SET_OPT_OUT = "set_opt_out"
    ASK_FOR_NUMBER = "ask_for_number"  # this kind of message needs a phone number
    FIX_TEMPLATE = "fix_template"
    FIX_TEMPLATE_PARAMS = "fix_template_params"
    STOP_TEMPLATE = "stop_template"
    STOP_FLOW = "stop_flow"
    FIX_REQUEST = "fix_request"
    FIX_MEDIA = "fix_media"
    PAUSE_CAMPAIGNS = "pause_campaigns_alert"
    RECONNECT = "alert_admin_reconnect"  # the token is gone
    ALERT_ADMIN = "alert_admin"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Decision:
    """One action with what it means for the message, the channel and the administrator."""

    action: Action
    retry: bool = False
    pause_channel: bool = False
    alert_admin: bool = False
    not_before: timedelta | None = None  # a later, new attempt is allowed after this
    growth: int = 2  # each pause is this many times longer than the one before
    attempts: int = 0  # how often the message may be tried again

    def pause(self, attempt: int) -> timedelta:
        """Return the time to wait before repeat number `attempt` (from 1), one hour at most.

        Raises ValueError when the message must not be repeated that often.
        """
        if not self.retry or not 1 <= attempt <= self.attempts:
            raise ValueError(f"{self.action} allows {self.attempts} repeats, not {attempt}")
        first = FIRST_PAUSE if self.growth == 2 else timedelta(seconds=1)
        return min(first * int(self.growth**attempt), LONGEST_PAUSE)


_RETRY = Decision(Action.RETRY_LATER, retry=True, attempts=5)
_SLOW_NUMBER = Decision(Action.SLOW_DOWN_NUMBER, retry=True, attempts=8)
_SLOW_PAIR = Decision(Action.SLOW_DOWN_PAIR, retry=True, growth=4, attempts=5)
_SLOW_ACCOUNT = Decision(Action.SLOW_DOWN_ACCOUNT, retry=True, growth=4, attempts=5)
_RECONNECT = Decision(Action.RECONNECT, pause_channel=True, alert_admin=True)
_PERMISSION = Decision(Action.ALERT_ADMIN, alert_admin=True)
_LOCKED = Decision(Action.ALERT_ADMIN, pause_channel=True, alert_admin=True)
_GIVE_UP = Decision(Action.GIVE_UP)

_BY_CODE: dict[Decision, tuple[int, ...]] = {
    _RECONNECT: (0, 102, 104, 190),
    _PERMISSION: (3, 10, 33, *range(200, 300)),
    _LOCKED: (368, 131031, 131037, 131042, 131045, 133010),
    _SLOW_ACCOUNT: (4, 613, 80007),
    _SLOW_NUMBER: (130429,),
    _SLOW_PAIR: (131056,),
    _RETRY: (1, 2, 500, 502, 131000, 131005, 131016, 131057, 133004),
    Decision(Action.PAUSE_CAMPAIGNS, alert_admin=True): (131048,),
    Decision(Action.OFFER_TEMPLATE): (470, 131047),
    Decision(Action.MARK_UNDELIVERABLE): (131026,),
    Decision(Action.DO_NOT_RETRY_SOON, not_before=MARKETING_PAUSE): (131049,),
    Decision(Action.SET_OPT_OUT): (131050,),
    Decision(Action.ASK_FOR_NUMBER): (131062,),
    Decision(Action.FIX_MEDIA): (131052, 131053),
    Decision(Action.FIX_REQUEST): (100, 131008, 131009, 131021, 131051),
    Decision(Action.FIX_TEMPLATE_PARAMS): (132000, 132012),
    Decision(Action.FIX_TEMPLATE): (132001, 132005, 132007),
    Decision(Action.STOP_TEMPLATE, alert_admin=True): (132015, 132016),
    Decision(Action.STOP_FLOW, alert_admin=True): (132068, 132069),
    _GIVE_UP: (130472, 130497, 131030),
}


def _pairs() -> Iterator[tuple[int, Decision]]:
    for decision, codes in _BY_CODE.items():
        yield from ((code, decision) for code in codes)


_DECISIONS = dict(_pairs())


def decide(code: int | None, http_status: int | None) -> Decision:
    """Return what to do about error `code`, or about `http_status` where the code is unknown.

    Only a server error is repeated without knowing its code, and that a few times only.

    >>> decide(131047, 400).action
    <Action.OFFER_TEMPLATE: 'offer_template'>
    """
    if code is not None and code in _DECISIONS:
        return _DECISIONS[code]
    match http_status:
        case 401:
            return _RECONNECT
        case 403:
            return _PERMISSION
        case 429:
            return _SLOW_NUMBER
        case int() if 500 <= http_status <= 599:
            return _RETRY
    return _GIVE_UP
