"""A chat on the website: what the visitor said, never what our own side typed."""

import re
from collections.abc import Mapping
from typing import Any

from .assemble import assemble, real_name
from .shapes import mapping, objects, text
from .submission import Answer, FormSubmission
from .values import as_text, campaign_marks, moment

_VISITOR_WORDS = (
    "visitor user customer client guest contact lead enduser end_user in incoming inbound v"
)
_VISITORS = frozenset(_VISITOR_WORDS.split())
_ID_KEYS = ("conversation_id", "conversationId", "chat_id", "chatId", "session_id", "id")
_NUMBER_OR_MAIL = re.compile(
    r"\S{1,64}@\S{1,250}|[+(]?[\d٠-٩۰-۹][\d٠-٩۰-۹\s().\-/]{5,30}[\d٠-٩۰-۹]"
)
_ASKS_WHO = re.compile(
    r"\b(?:name|number|phone|mobile|whatsapp|contact|e-?mail)\b|اسم|رقم|جوال|موبايل|هاتف|واتس",
    re.IGNORECASE,
)
_SAYS_NAME = re.compile(
    r"(?:\b(?:my name is|i am|i'm|this is)\b|(?:^|\s)(?:اسمي|انا|أنا|معاك|معك)\s)[\s:]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*\.?")
_MOST_NAME_WORDS = 4
_NOT_NAMES = (
    "hi hello hey yes no ok okay thanks thank you please sure is it and my number phone name the "
    "call me whatsapp on here this mobile email "
    "نعم لا شكرا اهلا مرحبا السلام عليكم تمام اوك رقمي رقم موبايل جوال واتساب اسمي انا هذا ده على"
)
_SMALL_TALK = frozenset(_NOT_NAMES.split())


def is_webchat(data: Any) -> bool:
    """Return whether this is a chat: messages that say who wrote them."""
    return any(_author(message) and _said(message) for message in _messages(data))


def read_webchat(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one chat. A visitor's name that software gave is left out."""
    visitor = mapping(data, "visitor") or mapping(data, "user") or mapping(data, "contact")
    said = [_said(message) for message in _messages(data) if _is_visitor(message)]
    page = text(visitor, "page") or text(data, "page") or text(visitor, "url")
    answers = [
        Answer(key=key, value=as_text(value))
        for key, value in visitor.items()
        if key not in ("page", "url", "id", "name")
    ]
    name = real_name(text(visitor, "name")) or _name_in(_messages(data))
    answers += [Answer("name", name), Answer("message", "\n".join(filter(None, said)))]
    about = FormSubmission(
        source="webchat",
        external_id=next(filter(None, (text(data, key) for key in _ID_KEYS)), ""),
        fields={"page_url": page} if page else {},
        submitted_at=next(filter(None, (_at(message) for message in _messages(data))), None),
        utm=campaign_marks(page),
    )
    return [assemble(answers, known=known, about=about)]


def _messages(data: Any) -> list[dict[str, Any]]:
    found = objects(data, "messages") or objects(data, "transcript")
    return found or objects(mapping(data, "chat"), "messages")


def _author(message: dict[str, Any]) -> str:
    """Who wrote it: "from", "sender", "role" … as a word or as an object that has one."""
    for key in ("from", "sender", "author", "role", "direction", "sender_type", "type"):
        inner = mapping(message, key)
        written = text(inner, "type") or text(inner, "role") or text(inner, "t")
        if found := (written or text(message, key)):
            return found.casefold()
    return ""


def _is_visitor(message: dict[str, Any]) -> bool:
    return _author(message) in _VISITORS


def _said(message: dict[str, Any]) -> str:
    keys = ("text", "body", "message", "msg", "content")
    return next(filter(None, (text(message, key) for key in keys)), "")


def _at(message: dict[str, Any]) -> Any:
    keys = ("at", "time", "timestamp", "created_at", "sent_at")
    return next(filter(None, (moment(message.get(key)) for key in keys)), None)


def _name_in(messages: list[dict[str, Any]]) -> str:
    """The name in the answer to a question for name or number: what is left beside the number."""
    asked = False
    for message in messages:
        if not _is_visitor(message):
            asked = bool(_ASKS_WHO.search(_said(message)))
        elif asked and (name := _name_beside_number(_said(message))):
            return name
    return ""


def _name_beside_number(said: str) -> str:
    rest, numbers = _NUMBER_OR_MAIL.subn(" ", said)
    introduced = _SAYS_NAME.search(rest)
    if introduced:
        rest = rest[introduced.end() :]
    words = rest.replace(",", " ").replace("،", " ").split()
    is_name = 0 < len(words) <= _MOST_NAME_WORDS and all(_WORD.fullmatch(word) for word in words)
    if not is_name or not (numbers or introduced) or {w.casefold() for w in words} & _SMALL_TALK:
        return ""
    return " ".join(words)
