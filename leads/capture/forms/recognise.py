"""Which shape a submission has, and reading it."""

from collections.abc import Mapping
from typing import Any

from . import advertisers, form_builders, marketplaces, webchat
from .body import clean
from .shapes import nested
from .site_forms import read_site_form
from .submission import NO_ANSWER, FormSubmission, UnreadableForm

MOST_SUBMISSIONS = 1_000  # in one body


def read_submission(
    data: Any, *, content_type: str = "", mapping: Mapping[str, str] | None = None
) -> list[FormSubmission]:
    """Return what was filled in: one submission, or as many as the body announces.

    `data` is a JSON value, or the (key, value) pairs of a form body. `mapping` says for keys or
    labels what they ask for (name, first_name, last_name, company, email, phone, city, country,
    product, subject, message, consent, utm, ignored) and wins over every guess.
    Raises UnreadableForm only for data that holds no answer at all.
    """
    known = mapping or {}
    if _is_pairs(data):
        return _read_pairs([(clean(str(key)), clean(value)) for key, value in data], known)
    data = clean(data)
    if isinstance(data, list):
        return _read_list(data, known, content_type)
    if not isinstance(data, dict):
        raise UnreadableForm("body", NO_ANSWER)
    return _read_object(data, known, source="json")


def _read_list(
    data: list[Any], known: Mapping[str, str], content_type: str
) -> list[FormSubmission]:
    """Several submissions in one body: what holds no answer is left out, if others do."""
    found: list[FormSubmission] = []
    for inner in data[:MOST_SUBMISSIONS]:
        try:
            found += read_submission(inner, content_type=content_type, mapping=known)
        except UnreadableForm:
            continue
    if not found:
        raise UnreadableForm("body", NO_ANSWER)
    return found


def _is_pairs(data: Any) -> bool:
    """Pairs of a form body, or a JSON list of [key, value] lists."""
    return isinstance(data, list) and bool(data) and all(_is_pair(pair) for pair in data)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str)


def _read_pairs(data: list[tuple[str, str]], known: Mapping[str, str]) -> list[FormSubmission]:
    tree = nested(data)
    if form_builders.is_elementor(tree):
        return form_builders.read_elementor(tree, known)
    flat: dict[str, Any] = {}
    for key, value in data:
        name = _plain_key(key)
        held = flat.get(name)
        flat[name] = (
            value if held is None else [*(held if isinstance(held, list) else [held]), value]
        )
    return _read_object(flat, known, source="web_form")


def _plain_key(key: str) -> str:
    """The last name in `form_fields[email]`, `data[contact][name]`, `colours[]`."""
    names = [step.rstrip("]") for step in key.split("[")[:8]]
    last = next((name for name in reversed(names) if name), key)
    return key if last.isdecimal() else last


def _read_object(
    data: dict[str, Any], known: Mapping[str, str], *, source: str
) -> list[FormSubmission]:
    if advertisers.is_meta_webhook(data):
        return advertisers.read_meta_webhook(data)
    readers = (
        (advertisers.is_meta_lead, advertisers.read_meta_lead),
        (advertisers.is_google_lead, advertisers.read_google_lead),
        (form_builders.typeform_response, form_builders.read_typeform),
        (form_builders.is_tally, form_builders.read_tally),
        (form_builders.is_elementor, form_builders.read_elementor),
        (marketplaces.is_indiamart, marketplaces.read_indiamart),
        (marketplaces.is_flat_marketplace, marketplaces.read_flat_marketplace),
        (webchat.is_webchat, webchat.read_webchat),
    )
    for recognises, read in readers:
        if recognises(data):
            return read(data, known)
    return [read_site_form(data, known, source=source)]
