"""Form builders with an answer list of their own: Typeform, Tally, Elementor.

Sources: typeform.com/developers, "Webhooks: example payload"; tally.so/help/webhooks;
elementor.com, "Webhook action after submit", with and without advanced data.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .assemble import assemble
from .shapes import mapping, objects, text
from .submission import Answer, FormSubmission
from .values import as_text, campaign_marks, moment


def typeform_response(data: Any) -> dict[str, Any]:
    """Return the form_response of a Typeform webhook (or the bare one); {} for anything else."""
    response = mapping(data, "form_response") or mapping(data)
    is_typeform = isinstance(response.get("answers"), list) and "token" in response
    return response if is_typeform else {}


def read_typeform(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one response. A question missing from the definition keeps its reference."""
    response = typeform_response(data)
    hidden = {key: as_text(value) for key, value in mapping(response, "hidden").items()}
    questions = {
        text(question, "id"): text(question, "title")
        for question in objects(mapping(response, "definition"), "fields")
    }
    answers = [_typeform_answer(answer, questions) for answer in objects(response, "answers")]
    about = FormSubmission(
        source="typeform",
        external_id=text(response, "token"),
        submitted_at=moment(response.get("submitted_at")),
    )
    answers += [Answer(key=key, value=value) for key, value in hidden.items()]
    return [assemble(answers, known=known, about=about)]


def _typeform_answer(answer: dict[str, Any], questions: Mapping[str, str]) -> Answer:
    question = mapping(answer, "field")
    key = text(question, "ref") or text(question, "id")
    kind = text(answer, "type") or text(question, "type")
    title = questions.get(text(question, "id"), "")
    value = answer.get(kind)
    if isinstance(value, dict):
        value = _chosen(value)
    if text(question, "type") == "long_text":
        kind = "textarea"
    return Answer(key=key, label=title.strip("*_ ") or key, value=as_text(value), hint=kind)


def _chosen(choice: dict[str, Any]) -> str:
    labels = choice.get("labels", choice.get("label"))
    return as_text([labels, choice.get("other"), choice.get("url"), choice.get("amount")])


def is_tally(data: Any) -> bool:
    """Return whether this is a Tally submission."""
    inner = mapping(data, "data")
    has_id = any(text(inner, key) for key in ("responseId", "submissionId"))
    return has_id and isinstance(inner.get("fields"), list)


def read_tally(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one response; option ids are replaced by what the visitor saw."""
    inner = mapping(data, "data")
    fields = objects(inner, "fields")
    keys = {text(field, "key") for field in fields}
    answers = [_tally_answer(field) for field in fields if not _is_checkbox_row(field, keys)]
    about = FormSubmission(
        source="tally",
        external_id=text(inner, "responseId") or text(inner, "submissionId"),
        submitted_at=moment(inner.get("createdAt")) or moment(mapping(data).get("createdAt")),
    )
    return [assemble(answers, known=known, about=about)]


def _is_checkbox_row(field: dict[str, Any], keys: set[str]) -> bool:
    """The boxes of a group come once as a list and once more each by itself."""
    group, _, option = text(field, "key").rpartition("_")
    return bool(option) and group in keys and isinstance(field.get("value"), bool)


def _tally_answer(field: dict[str, Any]) -> Answer:
    names = {text(option, "id"): text(option, "text") for option in objects(field, "options")}
    value = field.get("value")
    if isinstance(value, list):
        value = [
            names.get(as_text(item), as_text(item)) or text(item, "url") or text(item, "name")
            for item in value
        ]
    elif names:
        value = names.get(as_text(value), as_text(value))
    kind = text(field, "type").lower()
    hint = "textarea" if kind == "textarea" else kind
    return Answer(
        key=text(field, "key"), label=text(field, "label"), value=as_text(value), hint=hint
    )


def is_elementor(data: Any) -> bool:
    """Return whether this is an Elementor form with advanced data."""
    return bool(mapping(data, "form")) and any(
        isinstance(field, dict) and "value" in field for field in mapping(data, "fields").values()
    )


def read_elementor(data: Any, known: Mapping[str, str]) -> list[FormSubmission]:
    """Return the one submission; `meta` tells the page and, in words, the moment."""
    about_page = dict(_elementor_meta(mapping(data, "meta")))
    answers = [
        Answer(
            key=text(field, "id") or key,
            label=text(field, "title"),
            value=text(field, "value") or text(field, "raw_value"),
            hint=text(field, "type"),
        )
        for key, field in mapping(data, "fields").items()
        if isinstance(field, dict) and text(field, "type") not in ("honeypot", "recaptcha", "step")
    ]
    about = FormSubmission(
        source="elementor",
        fields=about_page,
        submitted_at=moment(f"{about_page.get('date', '')} {about_page.get('time', '')}".strip()),
        utm=campaign_marks(about_page.get("page_url", "")),
    )
    return [assemble(answers, known=known, about=about)]


def _elementor_meta(meta: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, entry in meta.items():
        value = text(entry, "value") or as_text(entry)
        if value:
            yield key, value
