"""Any other form: flat pairs or JSON with keys that the site's owner chose."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from .assemble import assemble
from .labels import id_rank, is_test_label, is_time_label
from .shapes import mapping
from .submission import Answer, FormSubmission
from .values import as_text, campaign_marks, moment

_LABEL_KEYS = ("label", "title", "question", "name", "key", "id", "field")
_VALUE_KEYS = ("value", "answer", "values", "response", "text")
_INSIDE_KEYS = ("data", "fields", "answers", "form_data", "formData", "submission", "responses")
MOST_ANSWERS = 1_000
_ELEMENTOR_MARKS = ("Powered by", "powered_by")
_ELEMENTOR_META = {"Date": "ignored", "Time": "ignored"}  # when it was sent, not an answer
_PAGE_KEYS = ("page_url", "Page URL", "page", "url", "referrer", "source_url")


def read_site_form(
    data: Mapping[str, Any], known: Mapping[str, str], *, source: str
) -> FormSubmission:
    """Return the submission in `data`, nested or flat. Raises UnreadableForm without an answer."""
    answers = list(islice(_answers(data), MOST_ANSWERS))
    values = {answer.key: answer.value for answer in answers if answer.value}
    ranked = sorted(
        (rank, answer.value)
        for answer in answers
        if answer.value and (rank := id_rank(answer.key)) is not None
    )
    about = FormSubmission(
        source=_source(values, source),
        external_id=ranked[0][1] if ranked else "",
        is_test=any(is_test_label(key) and _is_yes(value) for key, value in values.items()),
        submitted_at=next(
            filter(None, (moment(value) for key, value in values.items() if is_time_label(key))),
            None,
        ),
        utm=campaign_marks(next((values[key] for key in _PAGE_KEYS if key in values), "")),
    )
    if about.source == "elementor":
        known = _ELEMENTOR_META | dict(known)
    return assemble(answers, known=known, about=about)


def _source(values: Mapping[str, str], source: str) -> str:
    if any("elementor" in values.get(key, "").lower() for key in _ELEMENTOR_MARKS):
        return "elementor"
    return "wpforms" if {"form_id", "entry_id"} <= values.keys() else source


def _is_yes(value: str) -> bool:
    return value.casefold() in ("yes", "true", "1")


def _answers(data: Mapping[str, Any]) -> Iterator[Answer]:
    """Every leaf; an object that names a question and holds its answer counts as one."""
    has_inside = any(isinstance(data.get(key), dict | list) for key in _INSIDE_KEYS)
    for key, value in data.items():
        match value:
            case str() if has_inside and key in ("name", "title"):
                yield Answer(key="form_name", value=value)  # beside the answers: the form's own
            case dict() if answer := _labelled(value, key):
                yield answer
            case dict():
                yield from _answers(value)
            case list() if any(isinstance(inner, dict) for inner in value):
                for inner in value:
                    found = _labelled(mapping(inner), key)
                    yield from [found] if found else _answers(mapping(inner))
            case _:
                yield Answer(key=key, value=as_text(value))


def _labelled(value: Mapping[str, Any], key: str) -> Answer | None:
    """{"label": "Phone", "value": "0100"} and its many cousins."""
    held = next((name for name in _VALUE_KEYS if name in value), None)
    label = next((as_text(value[name]) for name in _LABEL_KEYS if name in value), "")
    if held is None or (not label and len(value) > 1):
        return None
    own_key = next((as_text(value[name]) for name in ("key", "id", "name") if name in value), key)
    return Answer(
        key=own_key or key,
        label=label,
        value=as_text(value[held]),
        hint=as_text(value.get("type")).lower(),
    )
