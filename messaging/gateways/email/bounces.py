"""Delivery reports: who could not be reached, and whether it is worth trying again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from .charsets import decode_text
from .headers import Headers, decode_header, split_headers
from .mail import Address, Bounce, BounceKind, Failure
from .mime import Part

MAX_RECIPIENTS = 50
MAX_SCANNED = 256 * 1024  # bytes given to the second opinion
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_EMAIL = re.compile(r"[\w.+%'=*/-]{1,64}@[\w-][\w.-]{0,200}\w")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b(?!\.)")
_CODE = re.compile(r"(?<![\d.])([45])[0-7]\d(?![\d.])")
_MACHINE = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|mailerdaemon)(?:[+=-].*)?@"
)
_SUBJECT = re.compile(
    r"undeliver|delivery status notif|delivery notification: delivery has"
    r"|delivery (?:fail|has failed|problem|error)|undelivered mail"
    r"|failure notice|returned mail|mail (?:delivery|system|could)|could ?n[o']t be delivered"
    r"|delivery (?:incomplete|delayed|suspended)|message (?:delayed|not delivered|undeliverable)"
    r"|delayed mail|warning: (?:could not|message)|non recapitabile|unzustellbar|nicht zugestellt"
    r"|non remis|échec de la remise|no se puede entregar|entrega fallida|недоставленн|не доставлено"
    r"|mensagem não entregue|配信不能|returned to sender"
    r"|(?:لم يتم|تعذر|فشل|غير قابل)\w* ?(?:ال)?(?:تسليم|للتسليم|توصيل|إرسال|ارسال)"
    r"|إشعار (?:حالة )?تسليم",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^[- >*]*(?:-{2,}.{0,20}(?:below this line|this is a copy|original message|returned message"
    r"|message header|unsent message|transcript)|original message headers|received: (?:from|by)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_DELAYED = re.compile(
    r"delay|still being retried|warning only|will be retried|retry until", re.IGNORECASE
)
_REFUSED_CONTENT = re.compile(
    r"spam|spf\b|dkim|dmarc|black ?list|block ?list|blocked|policy|reputation|not allowed to send"
    r"|authenticat|virus|content reject|too (?:large|big)|size limit|banned"
    r"|relay(?:ing)? (?:denied|not)|sender verify|verification failed for|rejected due to"
    r"|sender (?:address|domain|host|rejected|refused|denied|unknown|not|is|does)\b"  # that is us
    r"|reverse (?:dns|lookup|name|host)|\bptr\b|\be?helo\b",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"quota|insufficient (?:system )?storage|(?:mailbox|inbox|account|storage)(?: \S+){0,2} full",
    re.IGNORECASE,
)
_NO_SUCH = re.compile(
    r"user unknown|unknown (?:user|recipient|address)|no such (?:user|recipient|person|mailbox"
    r"|address)|(?:address|recipient|mailbox|account|user)(?: \S+){0,3} (?:not found|does ?n[o']t"
    r" exist|unavailable|rejected|disabled|invalid)|does not exist|doesn't exist|no mailbox"
    r"|invalid (?:recipient|mailbox|address)|unrouteable address"
    r"|host (?:or domain name )?(?:unknown|not found)"
    r"|domain (?:name )?not found|nxdomain|could not be found|no longer (?:available|valid|exists)",
    re.IGNORECASE,
)


def read_bounce(
    root: Part,
    raw: bytes,
    *,
    sender: Address | None,
    to: Iterable[Address],
    text: str,
    subject: str,
) -> Bounce | None:
    """The delivery report in this mail, or None.

    Order: RFC 3464 parts, the X-Failed-Recipients header, flufl.bounce, addresses in the text.
    The last three count only for mail that looks like a report. Confirmed delivery is no bounce.
    """
    reports = [leaf for leaf in root.leaves() if leaf.content_type in _REPORTS]
    failures = [failure for report in reports for failure in _from_report(report)]
    if failures:
        return _bounce(failures)
    if reports and _is_success(reports):
        return None
    if not _is_suspect(root, sender, subject):
        return None
    ours = {address.email for address in to}
    addresses = _named(root.headers) or _flufl(raw, ours) or _in_text(text, ours)
    action = "delayed" if _DELAYED.search(subject) or _is_delay(text) else "failed"
    if addresses:
        return _bounce(
            [_failure(one, action, "", _about(text, one, addresses)) for one in addresses]
        )
    is_machine = bool(sender is None or _MACHINE.match(sender.email))
    return Bounce((), "", "unknown", "") if is_machine and _SUBJECT.search(subject) else None


def complained_recipients(root: Part) -> tuple[str, ...]:
    """Who complained, by an ARF report (RFC 5965): Original-Rcpt-To, else To of the copy."""
    found: list[str] = []
    for leaf in root.leaves():
        if leaf.content_type == "message/feedback-report":
            for block in _blocks(leaf):
                found += _addresses(block.raw_all("original-rcpt-to"))
        elif leaf.content_type in ("message/rfc822", "text/rfc822-headers") and not found:
            found += _addresses(_block(leaf.content()).raw_all("to"))
    return tuple(dict.fromkeys(found))[:MAX_RECIPIENTS]


def classify(action: str, status: str, diagnostic: str) -> BounceKind:
    """Worth trying again? By the enhanced status (RFC 3463), helped by words where it is vague."""
    if action == "delayed" or status.startswith("4."):
        return "soft"
    exact = status if status and not status.endswith((".0.0", "5.1.0", "5.3.0")) else ""
    exact = exact or _status_in(diagnostic)
    kind = _by_status(exact)
    if (
        kind == "hard"
        and exact != "5.2.1"
        and re.search(r"\bspf\b|not allowed to send", diagnostic, re.IGNORECASE)
    ):
        return "content"
    return kind if kind != "unknown" else _by_words(diagnostic)


def _by_status(status: str) -> BounceKind:
    if status.startswith("4.") or status == "5.2.2":
        return "soft"
    if status in ("5.1.7", "5.1.8", "5.2.3", "5.3.4") or status.startswith(("5.6.", "5.7.")):
        return "content"
    if status in ("5.1.0", "5.0.0", "") or not status.startswith(("5.1.", "5.2.1")):
        return "unknown"
    return "hard"


def _by_words(diagnostic: str) -> BounceKind:
    if _FULL.search(diagnostic):
        return "soft"
    if _REFUSED_CONTENT.search(diagnostic):
        return "content"
    return "hard" if _NO_SUCH.search(diagnostic) else "unknown"


def _bounce(failures: list[Failure]) -> Bounce:
    """The report as a whole; `hard` only if every failure is, so that no address is lost."""
    unique = list({failure.recipient: failure for failure in failures}.values())[:MAX_RECIPIENTS]
    first = next((one for one in unique if one.kind != "hard"), unique[0])
    recipients = tuple(one.recipient for one in unique)
    return Bounce(recipients, unique[0].status, first.kind, unique[0].diagnostic, tuple(unique))


def _failure(recipient: str, action: str, status: str, diagnostic: str) -> Failure:
    found = status or _status_in(diagnostic)
    kind = classify(action, found, diagnostic)
    return Failure(recipient, found, kind, diagnostic[:1000])


def _status_in(text: str) -> str:
    match = _STATUS.search(text)
    return match[0] if match and match[1] != "2" else ""


def _block(raw: bytes) -> Headers:
    return split_headers(raw, 0, len(raw))[0]


def _blocks(report: Part) -> list[Headers]:
    raw = report.content()[:MAX_SCANNED].replace(b"\r\n", b"\n")
    return [_block(block) for block in re.split(rb"\n[ \t]*\n", raw.strip()) if block.strip()]


def _from_report(report: Part) -> list[Failure]:
    failures = []
    for block in _blocks(report)[: MAX_RECIPIENTS * 2]:
        recipient = _reported_recipient(block)
        action = block.text("action").lower().split(" ")[0].strip(";,")
        status = _status_in(block.text("status"))
        is_failed = action in ("failed", "failure", "delayed") or (not action and status)
        if recipient and is_failed:
            diagnostic = block.text("diagnostic-code").partition(";")
            words = (diagnostic[2] if len(diagnostic[0]) < 40 else "") or "".join(diagnostic)
            failures.append(_failure(recipient, action, status, words.strip()))
    return failures


def _reported_recipient(block: Headers) -> str:
    """The address as we wrote it, if told, else as the far end knows it."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = _addresses(block.raw(name))
        if found:
            return found[0]
    return ""


def _is_success(reports: list[Part]) -> bool:
    actions = {block.text("action").lower() for report in reports for block in _blocks(report)}
    return bool(actions & {"delivered", "relayed", "expanded"})


def _addresses(raw: bytes) -> list[str]:
    text = decode_header(raw)
    return list(dict.fromkeys(match[0].lower().lstrip("'") for match in _EMAIL.finditer(text)))


def _is_suspect(root: Part, sender: Address | None, subject: str) -> bool:
    if "x-failed-recipients" in root.headers:
        return True
    if root.params.get("report-type", "").lower() == "delivery-status":
        return True
    is_null = root.headers.raw("return-path").strip() == b"<>"
    is_machine = sender is not None and bool(_MACHINE.match(sender.email))
    return (is_null or is_machine) and bool(_SUBJECT.search(subject))


def _named(headers: Headers) -> list[str]:
    return _addresses(headers.raw_all("x-failed-recipients"))


def _flufl(raw: bytes, ours: set[str]) -> list[str]:
    try:
        message: Message = message_from_bytes(raw[:MAX_SCANNED])
        temporary, permanent = all_failures(message)
    except Exception:  # a second opinion, by code that raises anything on bad mail
        return []
    found = sorted(decode_text(bytes(one)).strip("<> ").lower() for one in permanent | temporary)
    return [one for one in dict.fromkeys(found) if _EMAIL.fullmatch(one) and one not in ours]


def _report_only(text: str) -> str:
    """The report's own words, without the copy of our mail below them."""
    match = _COPY.search(text)
    return text[: match.start()] if match else text


def _in_text(text: str, ours: set[str]) -> list[str]:
    found = (match[0].lower() for match in _EMAIL.finditer(_report_only(text)[:20_000]))
    kept = [one for one in dict.fromkeys(found) if one not in ours and not _MACHINE.match(one)]
    return kept[:MAX_RECIPIENTS]


def _is_delay(text: str) -> bool:
    return bool(
        re.search(
            r"warning only|will be retried|no action is required",
            text[:4000],
            re.IGNORECASE,
        )
    )


def _about(text: str, address: str, others: list[str]) -> str:
    """What the report says after an address, up to the next address or the copy of our mail."""
    report = _report_only(text)
    lowered = report.lower()
    at = lowered.find(address)
    if at < 0:
        return report[:600]
    ends = [lowered.find(one, at + 1) for one in others if one != address]
    stop = min([end for end in ends if end > at], default=len(report))
    return re.sub(r"\s+", " ", report[at : min(stop, at + 1500)]).strip()
