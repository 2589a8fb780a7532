"""What a person wrote now: the text of a mail without quoted mail, banner and signature."""

from __future__ import annotations

import re

from .quote_headers import header_block_length, introduction_length, is_separator, probe

_DELIMITER = re.compile(r"(?:--|—|–|__)\s*")
_RULE = re.compile(r"[_\-=*─━]{5,}")
_PROGRAM = (
    r"(?:iphone|ipad|samsung|galaxy|huawei|android|blackberry|yahoo|outlook|gmail|proton|spark"
    r"|mailbird|superhuman|windows|آيفون|ايفون|آيباد|ايباد|هاتف|جوال|جهاز|بريد|تابلت|سامسونج)"
)
_SENT_FROM = re.compile(
    rf"(?:sent (?:from|via|with|using) (?:my |the )?(?:{_PROGRAM}|mail\b|mobile|phone|tablet)"
    rf"|sent from my\b|get outlook for|envoyé (?:de mon|depuis|à partir d)|von meinem .* gesendet"
    rf"|gesendet (?:von|mit) (?:mein|{_PROGRAM}|mail)|inviato da|enviado (?:desde|do) (?:mi|meu)\b"
    rf"|verzonden vanaf|skickat från|sendt fra|wysłane z|lähetetty |отправлено (?:с|из) "
    rf"|[أا]?رسلت? من (?:ال ?)?{_PROGRAM}|[أا]?رسلت? من (?:my|تطبيق)|مرسلة? من (?:ال ?)?{_PROGRAM}"
    rf"|تم ال[إا]رسال من (?:ال ?)?{_PROGRAM}|الحصول على outlook|احصل على outlook)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\W*(?:caution|warning|external|attention|تنبيه|تحذير|رسالة خارجية)\b.{0,80}?"
    r"(?:external|outside|originated|unknown sender|خارج|خارجي)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURE_LINES = 15  # what stands below "-- " is a signature up to this length
_SENT_FROM_WORDS = 8  # a longer line is a sentence
MAX_READ = 100_000  # characters; nobody writes more by hand


def new_text(text: str, unquoted: str | None = None) -> str:
    """The newly written text; the whole text where nothing would be left.

    `unquoted` is the text a mail program left outside its own quote marks, if it set any.
    """
    for source in (unquoted, text):
        if source and source.strip():
            found = _cut(source)
            if found:
                return found
    return text[:MAX_READ].strip() or text.strip()


def _cut(text: str) -> str:
    lines = text[:MAX_READ].split("\n")
    probes = [probe(line) for line in lines]
    kept = _without_quotes(lines, probes)
    return _without_banner(_without_signature(kept)).strip()


def _without_quotes(lines: list[str], probes: list[str]) -> list[str]:
    """Lines up to the first quoted mail, and what was written between and below `>` lines."""
    kept: list[str] = []
    has_text = False
    at = 0
    while at < len(lines):
        length = _quote_start(probes, at)
        if length and _is_marked(lines, at + length):
            at += length  # only the lines with > are the quote
        elif length and has_text:
            break  # everything below is the old mail
        elif length:
            at += length  # a mail that starts with a header block: its text follows
        elif _is_quoted(lines, at):
            at += 1
        else:
            kept.append(lines[at])
            has_text = has_text or bool(probes[at])
            at += 1
    return kept


def _quote_start(probes: list[str], at: int) -> int:
    """How many lines from `at` introduce a quoted mail."""
    if not probes[at]:
        return 0
    if is_separator(probes[at]):
        return 1
    return header_block_length(probes, at) or introduction_length(probes, at)


def _is_marked(lines: list[str], at: int) -> bool:
    """Whether the first line with text at or below `at` is marked with >."""
    rest = (line for line in lines[at : at + 5] if line.strip())
    return next(rest, "").lstrip().startswith(">")


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether the line is marked with >, or is the wrapped rest of a line that is."""
    if lines[at].lstrip().startswith(">"):
        return True
    around = lines[at - 1 : at] + lines[at + 1 : at + 2]
    is_inside = len(around) == 2 and all(line.lstrip().startswith(">") for line in around)
    return is_inside and bool(lines[at].strip())


def _without_signature(lines: list[str]) -> list[str]:
    """The lines above the first signature mark that has text above it."""
    in_code = has_text = False
    below = sum(1 for line in lines if line.strip())
    for at, line in enumerate(lines):
        plain = probe(line)
        below -= bool(line.strip())
        in_code ^= plain.startswith("```")
        if has_text and not in_code and below <= _SIGNATURE_LINES and _is_signature_mark(plain):
            return _without_trailing_rule(lines[:at])
        has_text = has_text or bool(plain)
    return _without_trailing_rule(lines)


def _is_signature_mark(plain: str) -> bool:
    is_short = len(plain.split()) <= _SENT_FROM_WORDS
    is_sent_from = is_short and _SENT_FROM.match(plain)
    return bool(is_sent_from or _DELIMITER.fullmatch(plain))


def _without_trailing_rule(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.fullmatch(probe(lines[end - 1]))):
        end -= 1
    return lines[:end]


def _without_banner(lines: list[str]) -> str:
    """Without the warning that a mail server puts on top of mail from outside."""
    paragraphs = re.split(r"\n[ \t]*\n", "\n".join(lines).strip("\n"), maxsplit=1)
    if len(paragraphs) == 2 and len(paragraphs[0]) <= 600 and _BANNER.match(paragraphs[0]):
        return paragraphs[1]
    return "\n".join(lines)
