"""Reasons of a reading as codes with parameters; the table renders them in the reader's language.

Readings are stored and shown much later, perhaps to somebody of another language: what is stored
is `{"code": …, "params": {"words": […]}}`, never a sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Any] = {
    "language": _("Told by the letters and words used"),
    "dialect_not_arabic": _("The message is not in Arabic"),
    "dialect_few_words": _("Too few Arabic words to tell the dialect"),
    "dialect_words": _("Words of this dialect: {words}"),
    "dialect_of_branch": _("No word tells the dialect: the branch's own is assumed"),
    "intent_quote_request": _("Words that ask for a price or an offer: {words}"),
    "intent_purchase": _("Words that order, confirm or book a visit: {words}"),
    "intent_support": _("Words of a customer who needs help: {words}"),
    "intent_complaint": _("Words of dissatisfaction: {words}"),
    "intent_job": _("Words of a job-seeker: {words}"),
    "intent_partnership": _("Words that propose co-operation: {words}"),
    "intent_other": _("Words of another matter: {words}"),
    "intent_none": _("No request was recognised"),
    "intent_alike": _("Reads like other messages of this kind"),
    "intent_only_product": _("A product is named and nothing else is asked"),
    "spam_none": _("Nothing speaks for an unsolicited message"),
    "spam_offers": _("Words of unsolicited offers: {words}"),
    "spam_push": _("Words that push to act: {words}"),
    "spam_nonsense": _("The text makes no sense in any language known here"),
    "spam_alike": _("Reads like unsolicited messages and asks for nothing that is sold here"),
    "spam_signal": _("{fact}: {words}"),
    "tone_angry": _("Angry words: {words}"),
    "tone_happy": _("Friendly words: {words}"),
    "tone_none": _("No strong feeling is expressed"),
    "urgency_calm_intent": _("Such messages can wait"),
    "urgency_later_year": _("Speaks of a later year: {words}"),
    "urgency_low": _("Says there is time: {words}"),
    "urgency_high": _("Says it is urgent: {words}"),
    "urgency_deadline": _("A deadline within a week: {words}"),
    "urgency_none": _("No date or hurry is mentioned"),
    "chance_spam": _("Unsolicited messages are not leads"),
    "chance_up": _("Raises it: {fact}"),
    "chance_down": _("Lowers it: {fact}"),
}
FACTS: Mapping[str, Any] = {
    "purchase": _("wants to order or book a visit"),
    "quote_request": _("asks for a price"),
    "partnership": _("proposes co-operation"),
    "support": _("needs help with an earlier order"),
    "complaint": _("complains"),
    "job": _("looks for a job"),
    "other": _("asks for nothing that is sold"),
    "phone": _("gives a phone number"),
    "budget": _("names a budget"),
    "quantity": _("names a quantity"),
    "product_category": _("names a product"),
    "city": _("names the place"),
    "company": _("writes for a company"),
    "person_name": _("gives a name"),
    "high": _("is in a hurry"),
    "low": _("has plenty of time"),
    "known": _("is a known customer"),
    "free": _("Something free is promised"),
    "discount": _("A discount is offered"),
    "promise": _("Results are promised"),
    "scarce": _("Little time or few places are left, it says"),
    "reach": _("Asks to be contacted"),
    "act": _("Tells the reader to act"),
    "yours": _("Speaks of the reader's own affairs"),
    "ours_gives": _("Offers its own services"),
    "for_sale": _("Something is for sale or rent"),
    "starts_at": _("Advertises a price"),
    "no_strings": _("Promises it without conditions"),
    "money_in": _("Speaks of gain, loans or donations"),
    "secret": _("Asks for secrets or threatens to block"),
    "salute": _("Greets nobody in particular"),
    "audience": _("Is addressed to everybody"),
    "question_to": _("Asks what the reader needs"),
    "anonymous": _("Points to a link, a channel or a group"),
    "serves_you": _("Promises to do something for the reader"),
    "brag": _("Praises what it offers"),
    "bare_price": _("Names a price nobody asked for"),
    "everywhere": _("Delivers everywhere, it says"),
    "buys": _("Buys used things"),
}
REASON_MARK = "@"  # marks a reason written into one line, apart from sentences of older rows
_JOINT = "; "


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was read: a code of `SENTENCES` and what fills its sentence.

    `words` are the sender's own; `fact` is a code of `FACTS`. As a str it is the sentence in the
    active language.
    """

    code: str
    words: tuple[str, ...] = ()
    fact: str = ""

    def __str__(self) -> str:
        joint = "، " if (get_language() or "").startswith("ar") else ", "
        fact = str(FACTS.get(self.fact, self.fact))
        template = str(SENTENCES.get(self.code, self.code))
        return template.replace("{fact}", fact).replace("{words}", joint.join(self.words))

    def as_json(self) -> dict[str, Any]:
        """Return what is stored of it: `code` and `params`."""
        params: dict[str, Any] = {"words": list(self.words)} if self.words else {}
        return {
            "code": self.code,
            "params": {**params, **({"fact": self.fact} if self.fact else {})},
        }

    def as_line(self) -> str:
        """Return it in one line, for logs whose evidence is text; `sentence` reads it again."""
        return REASON_MARK + _JOINT.join((self.code, self.fact, *self.words))


def sentence(stored: Any) -> str:
    """Return a stored reason in the active language; older rows hold sentences, shown as they are.

    Never raises: what is neither shows itself.
    """
    if isinstance(stored, Reason):
        return str(stored)
    if isinstance(stored, Mapping):
        params = stored.get("params")
        return str(_from_params(str(stored.get("code") or ""), params))
    if isinstance(stored, str) and stored.startswith(REASON_MARK):
        code, *rest = stored.removeprefix(REASON_MARK).split(_JOINT)
        if code in SENTENCES:
            return str(Reason(code, tuple(rest[1:]), rest[0] if rest else ""))
    return str(stored)


def _from_params(code: str, params: Any) -> Reason:
    params = params if isinstance(params, Mapping) else {}
    words = params.get("words")
    listed: Iterable[Any] = words if isinstance(words, list) else ()
    return Reason(code, tuple(map(str, listed)), str(params.get("fact") or ""))
