"""Mail that no person wrote to us: what kind it is."""

from __future__ import annotations

import re

from .headers import Headers
from .mail import Automatic
from .mime import Part

_AUTO_SUBJECT = re.compile(
    r"\s*(?:(?:re|رد|aw|fwd?)\s*[:：]\s*)*"
    r"(?:auto(?:matic|mated|matische)?[- ]?(?:reply|response|antwort|svar)|autoreply|autoresponse"
    r"|out of (?:the )?office|away (?:until|from)|on vacation|vacation (?:reply|response|notice)"
    r"|absence|réponse automatique|respuesta automática|abwesenheit\w*|resposta automática"
    r"|risposta automatica|otomatik (?:yanıt|cevap)|автоответ|автоматический ответ"
    r"|رد (?:تلقائي|آلي|الي|اوتوماتيكي|أوتوماتيكي)|الرد (?:التلقائي|الآلي)|رسالة تلقائية"
    r"|خارج المكتب|خارج الدوام|في إجازة|في اجازة|إجازة|اجازة سنوية)",
    re.IGNORECASE,
)
_AUTO_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_LIST_PRECEDENCE = frozenset({"list", "bulk"})
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from")
_SUPPRESS = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)


def report_type(root: Part) -> str:
    """ "feedback", "receipt" or "" for a machine-readable report other than a delivery report."""
    kinds = {leaf.content_type for leaf in root.leaves()}
    declared = root.params.get("report-type", "").lower()
    if "message/feedback-report" in kinds or declared == "feedback-report":
        return "feedback"
    if "message/disposition-notification" in kinds or declared == "disposition-notification":
        return "receipt"
    return ""


def is_null_sender(headers: Headers) -> bool:
    """Whether the mail came from the empty envelope address, as no person's does."""
    return headers.raw("return-path").strip() == b"<>"


def automatic_kind(headers: Headers, subject: str) -> Automatic | None:
    """ "list" or "auto_reply" by RFC 3834, RFC 2369 and the usual private headers, else None."""
    submitted = headers.text("auto-submitted").lower().partition(";")[0].strip()
    if submitted.startswith("auto-replied"):
        return "auto_reply"
    precedence = headers.text("precedence").lower()
    if any(name in headers for name in ("list-id", "list-unsubscribe", "list-post")):
        return "list"
    if submitted and not submitted.startswith("no"):
        return "auto_reply"
    if _is_marked(headers) or precedence in _AUTO_PRECEDENCE:
        return "auto_reply"
    is_subject = bool(_AUTO_SUBJECT.match(subject))
    if is_subject and (is_null_sender(headers) or precedence in ("bulk", "junk")):
        return "auto_reply"
    return "list" if precedence in _LIST_PRECEDENCE else None


def _is_marked(headers: Headers) -> bool:
    if headers.text("x-apple-action").lower() == "vacation":
        return True
    if any(name in headers and headers.text(name).lower() != "no" for name in _AUTO_HEADERS):
        return True
    return bool(_SUPPRESS.search(headers.text("x-auto-response-suppress")))
