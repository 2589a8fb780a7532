"""HTML of a mail: sanitised for showing, and as plain text with the quoted part marked off."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3

MAX_HTML = 500_000  # characters read, big inline images not counted
MAX_NESTING = 500  # the HTML parser takes quadratic time in nested blocks
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = ("br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr")
_TABLE = ("td", "tr", "th", "tbody", "thead", "tfoot")
_NOT_NESTING = frozenset({"p", "html", "head", "body", *_VOID, *_TABLE})
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "textarea",
    "noscript",
    "svg",
}
_GLOBAL = {"dir", "lang", "align", "title"}
_ATTRIBUTES = {
    "*": _GLOBAL,
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_MARKERS = {"*": {"class", "id", "style", "type", "name"}, "img": {"alt"}}
_TAGS = (nh3.ALLOWED_TAGS | {"font", "big", "section", "main"}) - {"area", "map"}
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_OWN_IMAGE = re.compile(r"cid:|data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_BIG_DATA = re.compile(r"data:[^\"'\s<>]{20000,}")
_RTL_PAGE = re.compile(r"<(?:body|html)\b[^>]{0,500}\bdir\s*=\s*[\"']?rtl", re.IGNORECASE)

_BREAKS = frozenset(
    [
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "blockquote",
        "pre",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "center",
        "dl",
        "dt",
        "dd",
        "figure",
        "main",
        "address",
    ]
)
_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"]
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)"
)
# what mail programs put around (or before) the mail they quote
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_quote(?:_container)?|yahoo_quoted|moz-cite-prefix|protonmail_quote"
    r"|zmail_extra|tutanota_quote|OutlookMessageHeader|WordSection1-quote)(?:\s|$)"
)
_QUOTE_STARTS = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro"
    r"|isForwardContent|ms-outlook-mobile-body-separator-line|yahoo_quoted_\w+)$"
)


def sanitise(page: str) -> str:
    """HTML safe to show: no script, style, form or remote image; `dir` and links kept."""
    page = _bounded(page)
    if _too_deep(page):
        return f"<pre>{html.escape(_stripped(page))}</pre>"
    clean = nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
    return f'<div dir="rtl">{clean}</div>' if clean and _RTL_PAGE.search(page) else clean


def _safe_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _LINK.match(value.strip()) else None
    if name == "src":  # a remote image tells the sender that, when and where we read
        return value if _OWN_IMAGE.match(value.strip()) else None
    return value


def html_to_text(page: str) -> tuple[str, str | None]:
    """The readable text of a page, and the text outside what a mail program marked as quoted.

    The second is None where no mark was found. Elements hidden by style are left out.
    """
    page = _bounded(page)
    if _too_deep(page):
        return _stripped(page), None
    reader = _Reader()
    reader.feed(
        nh3.clean(
            page,
            tags=_TAGS,
            clean_content_tags=_DROPPED_WITH_CONTENT,
            attributes=_MARKERS,
            link_rel=None,
        )
    )
    reader.close()
    full, visible = _tidy("".join(reader.full)), _tidy("".join(reader.visible))
    return full, visible if reader.found_quote else None


def _bounded(page: str) -> str:
    return _BIG_DATA.sub("", page)[:MAX_HTML]


def _too_deep(page: str) -> bool:
    depth = 0
    for match in _TAG.finditer(page):
        if match[2].lower() not in _NOT_NESTING:
            depth = max(0, depth - 1) if match[1] else depth + 1
            if depth > MAX_NESTING:
                return True
    return False


def _stripped(page: str) -> str:
    """The text between tags, by pattern only."""
    return _tidy(html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", page)))


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects text from clean HTML (balanced tags), once in full and once without quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.full: list[str] = []
        self.visible: list[str] = []
        self.found_quote = False
        self._open: list[tuple[str, bool, bool]] = []  # tag, hidden, quoted
        self._hidden = self._quoted = self._pre = 0
        self._rest_is_quote = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = {name: value or "" for name, value in attrs}
        if _QUOTE_STARTS.match(marks.get("id", "")) or marks.get("name") == "messageReplySection":
            self._rest_is_quote = self.found_quote = True
        hidden = bool(_HIDDEN.search(marks.get("style", "").lower()))
        quoted = bool(_QUOTE_CLASS.search(marks.get("class", "")))
        quoted = quoted or (tag == "blockquote" and marks.get("type", "").lower() == "cite")
        self.found_quote = self.found_quote or quoted
        if tag not in ("br", "img", "hr", "col", "wbr"):
            self._open.append((tag, hidden, quoted))
            self._hidden += hidden
            self._quoted += quoted
            self._pre += tag == "pre"
        self._break(tag)
        if tag == "li":
            self._add("- ")

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, hidden, quoted = self._open.pop()
            self._hidden -= hidden
            self._quoted -= quoted
            self._pre -= name == "pre"
            if name == tag:
                break
        self._break(tag)

    def handle_data(self, data: str) -> None:
        self._add(data if self._pre else re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._add("\n")
        elif tag in _BREAKS:
            self._add("\n\n" if tag in _PARAGRAPHS else "\n", is_break=True)
        elif tag in ("td", "th"):
            self._add(" ")

    def _add(self, text: str, *, is_break: bool = False) -> None:
        for out, wanted in ((self.full, True), (self.visible, not self._is_quoted())):
            if not wanted or self._hidden:
                continue
            if is_break and text == "\n" and out and out[-1].endswith("\n"):
                continue  # nested blocks are one line break; two <br> are an empty line
            out.append(text)

    def _is_quoted(self) -> bool:
        return self._rest_is_quote or self._quoted > 0
