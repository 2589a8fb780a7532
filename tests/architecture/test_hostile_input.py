"""Every page and every call of the API against values that break things: never a 5xx, nothing alive.

The doors come from the resolver and the fields from the pages and the OpenAPI schema, so what is
added later is attacked too (SECURITY.md IN-1 to IN-3, IN-12).

A door meets a third of the values, its neighbours the others; one field alone among good ones meets a
few of them, the fields beside it the others. All doors and fields with all values take half an hour and
are walked with HOSTILE_ALL=1.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.cache import cache as limits
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.roles import RoleCode
from crm_project.kit.management.commands.list_urls import Door
from crm_project.wsgi import application
from leads.models import WebForm
from tests.architecture import hostile
from tests.architecture.doors import address
from tests.architecture.test_access import DOORS, ENDS_THE_SESSION, Side, api, browser
from tests.architecture.world import make_company_people

IN_QUERIES = ["markup", "huge number", "other digits", "far day", "half a cursor", "header"]
IN_FORMS = ["markup", "huge number", "other digits", "broken list", "header", "long"]
IN_ONE_FIELD = ["huge number", "other digits", "markup"]
NEVER_STORED = ["nul", "lone surrogate"]
IN_ADDRESSES = ["9" * 25, "0", "9223372036854775808", "%00", "%ED%A0%80", "a\u200b", "<script>"]
PARAMETERS = """q search after cursor order ordering page_size status branch owner format cols page
query lang kind category tag city source created_from created_to archived channel since until score
urgency product verb actor queue shown team form conversation customer direction cols before index
field operator next""".split()
PLAIN = {
    "name": "نورة", "name_ar": "نورة", "name_en": "Noura", "phone": "0551234567", "text": "hello",
    "email": "noura@example.com", "value": "0551234567", "message": "hello", "version": 1,
    "until": "2999-01-01T00:00:00Z", "reason": "no", "source": "web", "kind": "phone",
}  # fmt: skip
CUSTOMERS = "/api/v1/customers/"
VARIABLE = r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?\w+>|\{\w+\}"  # of a route


def has_turn(number: int, label: str, labels: list[str], *, of: int = 3) -> bool:
    """Whether the door or the field of this number meets this value."""
    return "HOSTILE_ALL" in os.environ or number % of == labels.index(label) % of


@pytest.fixture
def side(sides: tuple[Side, Side]) -> Side:
    return sides[0]


@pytest.fixture
def boss(side: Side) -> Any:
    return make_company_people()[RoleCode.COMPANY_MANAGER]


def problem(response: Any) -> str:
    """What is wrong with an answer, or an empty text."""
    if response.status_code >= 500:
        kind, error, _traceback = getattr(response, "exc_info", None) or ("", "", None)
        return f"{response.status_code} {getattr(kind, '__name__', '')} {str(error)[:150]}"
    if response.streaming or "html" not in response.headers.get("Content-Type", ""):
        return ""
    return "markup came back alive" if b"<script>alert(1)" in response.content else ""


def attack(client: Client, method: str, url: str, **request: Any) -> str:
    """One request that leaves no trace in the database."""
    limits.clear()  # the limits of calls are not what is tested here
    with transaction.atomic():
        response = client.generic(method, url, **request)
        transaction.set_rollback(True)
    return problem(response)


def caller(door: Door, boss: Any) -> Client:
    return api(boss) if door.kind == "api" else browser(boss)


@pytest.mark.parametrize("label", IN_QUERIES)
def test_no_page_and_no_list_breaks_on_a_query(label: str, side: Side, boss: Any) -> None:
    value = hostile.written(hostile.TEXTS[label][:4500])
    query = "&".join(f"{name}={value}" for name in PARAMETERS)
    page, program, found = browser(boss), api(boss), {}
    for number, door in enumerate(DOORS):
        is_list = "GET" in door.methods and door.name not in ("api-schema", "api-docs")
        if is_list and has_turn(number, label, IN_QUERIES):
            client = program if door.kind == "api" else page
            if wrong := attack(client, "GET", f"{address(door, side)}?{query}"):
                found[door.route] = wrong
    assert not found


@pytest.mark.parametrize("label", IN_FORMS)
def test_no_form_breaks_on_a_value(label: str, side: Side, boss: Any) -> None:
    found, client = {}, browser(boss)
    for number, (door, names) in enumerate(forms(side, client)):
        if not has_turn(number, label, IN_FORMS):
            continue
        fields = dict.fromkeys(names, hostile.TEXTS[label])
        for content_type, body in hostile.form_bodies(fields):
            if label == "long" and not content_type.startswith("multipart"):
                continue  # percent signs would take most of the time
            if wrong := post(client, address(door, side), body, content_type):
                found[f"{door.route} {content_type[:9]}"] = wrong
    assert not found


@pytest.mark.parametrize("label", IN_ONE_FIELD)
def test_no_form_breaks_on_one_value_among_good_ones(label: str, side: Side, boss: Any) -> None:
    found, client = {}, browser(boss)
    for number, (door, names) in enumerate(forms(side, client)):
        for place, name in enumerate(names if len(names) < 25 else names[:6]):
            if not has_turn(number + place, label, IN_ONE_FIELD, of=6):
                continue
            good = {other: str(PLAIN.get(other, "1")) for other in names}
            bodies = hostile.form_bodies({**good, name: hostile.TEXTS[label]})
            content_type, body = next(bodies)
            if wrong := post(client, address(door, side), body, content_type):
                found[f"{door.route} {name}"] = wrong
    assert not found


@pytest.mark.parametrize("label", NEVER_STORED)
def test_a_form_with_text_that_cannot_be_stored_is_refused(
    label: str, side: Side, boss: Any
) -> None:
    client = browser(boss)
    for content_type, body in hostile.form_bodies({"name": hostile.TEXTS[label]}):
        answer = client.generic("POST", "/account/", body, content_type=content_type)
        assert answer.status_code == 400, content_type


def test_invalid_utf8_is_refused_wherever_it_comes(boss: Any) -> None:
    client = browser(boss)
    raw = hostile.written(hostile.INVALID_UTF8)
    kind = "application/x-www-form-urlencoded"
    assert client.get(f"/customers/?q={raw}").status_code == 400
    assert client.generic("POST", "/account/", f"name={raw}", content_type=kind).status_code == 400
    answer = api(boss).generic("POST", CUSTOMERS, b'{"name": "\xff"}', "application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["rot13", "hex", "utf-7", "utf-16", "idna", "none", "zlib"])
def test_a_request_is_read_as_utf8_whatever_charset_it_claims(charset: str) -> None:
    """Asked of the application's own request: Django follows the claim before any middleware."""
    body = b"email=a+AAA-b&password=%D9%86"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "QUERY_STRING": "next=%41",
        "CONTENT_TYPE": f"application/x-www-form-urlencoded; charset={charset}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    request = application.request_class(environ)
    assert request.GET.dict() == {"next": "A"}
    assert request.POST.dict() == {"email": "a AAA-b", "password": "ن"}


@pytest.mark.parametrize("place", IN_ADDRESSES)
def test_no_address_breaks(place: str, side: Side, boss: Any) -> None:
    page, program, found = browser(boss), api(boss), {}
    for door in DOORS:
        if not re.search(VARIABLE, door.route):
            continue
        url = re.sub(r"[\^$]|\\Z", "", re.sub(VARIABLE, place, door.route))
        for method in door.methods:
            client = program if door.kind == "api" else page
            seen: Any = {"HTTP_IF_MATCH": '"0"'} if door.kind == "api" else {}
            if wrong := attack(client, method, url, **seen):
                found[f"{method} {door.route}"] = wrong
    assert not found


def test_no_header_breaks(boss: Any) -> None:
    names = """ACCEPT ACCEPT_LANGUAGE USER_AGENT REFERER ORIGIN X_REQUEST_ID X_FORWARDED_FOR COOKIE
    AUTHORIZATION X_API_KEY IDEMPOTENCY_KEY IF_NONE_MATCH HX_REQUEST HX_TARGET HX_TRIGGER
    HX_CURRENT_URL IF_MODIFIED_SINCE RANGE X_HTTP_METHOD_OVERRIDE""".split()
    values = ["\x00", "\xff\xfe", "http://[", "," * 5000, hostile.MARKUP]
    page, program, found = browser(boss), api(boss), {}
    for name in names:
        for value in values:
            header: Any = {f"HTTP_{name}": value}
            for client, method, url in (
                (page, "GET", "/customers/"), (page, "POST", "/f/x/"), (program, "POST", CUSTOMERS),
            ):  # fmt: skip
                if wrong := attack(client, method, url, **header):
                    found[f"{method} {url} {name} {value[:9]!r}"] = wrong
    assert not found


@pytest.mark.parametrize("origin", ["http://[", "null", "//", "http://a:b:c", "\xff"])
def test_a_broken_origin_is_a_foreign_one(origin: str, client: Client, side: Side) -> None:
    form = side.records["form"]
    WebForm.objects.filter(pk=form.pk).update(origins=["https://shop.example"])
    body = '{"phone": "0551112233", "message": "hello"}'
    where = f"/f/{form.key}/submit/"
    answer = client.post(where, body, "application/json", headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("part", range(4))
def test_no_call_of_the_api_breaks_on_a_value(part: int, side: Side, boss: Any) -> None:
    found = {}
    client = api(boss)
    every_operation = list(operations(side))
    assert len(every_operation) > 20  # the walk really walks
    for number, (method, url, fields) in enumerate(every_operation[part::4]):
        for value in hostile.JSON_VALUES:
            if not has_turn(number, value, hostile.JSON_VALUES):
                continue
            every = "{" + ", ".join(f"{json.dumps(name)}: {value}" for name in fields) + "}"
            bodies = [every.encode(), value.encode()]
            bodies += [
                hostile.body_with(fields, name, value)
                for place, name in enumerate(fields)
                if has_turn(number + 3 * place, value, hostile.JSON_VALUES, of=9)
            ]
            for body in bodies:
                if wrong := attack(client, method, url, data=body, content_type="application/json"):
                    found[f"{method} {url} {body[:200]!r}"] = wrong
    assert not found


def test_what_is_no_json_for_the_api_is_told_so(side: Side, boss: Any) -> None:
    client = api(boss)
    bodies = [b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b"{", b"\xff", b'{"name": 1e999}']
    for body in bodies:
        answer = client.generic("POST", CUSTOMERS, body, "application/json")
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
    too_large = b'{"name": "' + b"x" * 1_100_000 + b'"}'
    assert client.generic("POST", CUSTOMERS, too_large, "application/json").status_code == 413
    assert client.generic("POST", CUSTOMERS, b"a=1", "text/xml").status_code == 415


_forms: list[tuple[Door, list[str]]] = []  # the same in every test: asked for once


def forms(side: Side, client: Client) -> list[tuple[Door, list[str]]]:
    """Every page that takes a form and the names of its fields."""
    if not _forms:
        _forms.extend((door, _fields_of(door, side, client)) for door in DOORS if _has_form(door))
    return _forms


def _has_form(door: Door) -> bool:
    return "POST" in door.methods and door.kind != "api" and door.name not in ENDS_THE_SESSION


def _fields_of(door: Door, side: Side, client: Client) -> list[str]:
    page = client.get(address(door, side)) if "GET" in door.methods else None
    shown = "" if page is None or page.streaming else page.content.decode()
    own = set(re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', shown))
    usual = dict.fromkeys([*PLAIN, *PARAMETERS, "to", "words", "ids", "scope", "label", "token"])
    return sorted(own - {"csrfmiddlewaretoken"}) or list(usual)


def post(client: Client, url: str, body: bytes, content_type: str) -> str:
    return attack(client, "POST", url, data=body, content_type=content_type)


def operations(side: Side) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every write of the schema: method, address, and a body that is mostly good."""
    for method, door, names in _writes():
        yield method, address(door, side), {name: good(name) for name in names}


@cache
def _writes() -> list[tuple[str, Door, list[str]]]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    by_shape = {_shape(door.route): door for door in reversed(DOORS) if door.kind == "api"}
    found = []
    for route, methods in schema["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content and (door := by_shape.get(_shape(route))):
                reference = content["schema"].get("$ref", "").rpartition("/")[2]
                fields = schema["components"]["schemas"].get(reference, {}).get("properties", {})
                found.append((method.upper(), door, list(fields)))
    return found


def _shape(route: str) -> str:
    """An address with every variable part alike, whether the resolver or the schema wrote it."""
    return re.sub(r"[\^$]|\\Z", "", re.sub(VARIABLE, "*", route))


def good(name: str) -> Any:
    return PLAIN.get(name, 1)
