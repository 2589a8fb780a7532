"""The description of the API: every body and answer has an example that its schema and door take."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import RoleCode
from accounts.services import tokens
from crm_project.kit.api.generator import ExampleGenerator
from crm_project.kit.api.schema import BRANCH_DAY, CALENDAR_DAY, FIGURE_DAY, UTC_DAY
from customers.models import Note
from tests.architecture.doors import address, walkable
from tests.architecture.world import Side, make_company_people, make_side

WRITES = ("post", "put", "patch")
PATH_PART = re.compile(r"\{\w+\}")
ROUTE_PART = re.compile(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?\w+>")
# What an example cannot know: a password, a token, a file's columns, or a record's own parts
UNKNOWABLE = {"/api/v1/auth/token/", "/api/v1/auth/token/refresh/", "/api/v1/imports/{id}/mapping/"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made = ExampleGenerator().get_schema(request=None, public=True)
    written: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return written


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Where, kind and content of every body and answer."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody", {}).get("content", {})
            for kind, content in body.items():
                yield f"{method} {path}", kind, content
            for code, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    if kind.endswith("json"):
                        yield f"{method} {path} {code}", kind, content


def examples(content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    return [one["value"] for one in content.get("examples", {}).values()]


def test_every_body_and_answer_has_an_example_that_fits_its_schema(
    document: dict[str, Any],
) -> None:
    wrong: dict[str, str] = {}
    for where, _kind, content in contents(document):
        schema = {**content["schema"], "components": document["components"]}
        judge = Draft202012Validator(schema, format_checker=FormatChecker())
        found = examples(content)
        problems = [error.message for one in found for error in judge.iter_errors(one)]
        if not found or problems:
            wrong[where] = (problems or ["no example"])[0]
    assert not wrong


def test_every_operation_may_be_refused_by_a_problem(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_day_in_a_query_says_whose_day_it_is(document: dict[str, Any]) -> None:
    told = {
        f"{path} {one['name']}": one["description"]
        for path, item in document["paths"].items()
        for one in item.get("get", {}).get("parameters", [])
        if one["in"] == "query" and one["schema"].get("format") == "date"
    }
    meanings = [str(one) for one in (UTC_DAY, CALENDAR_DAY, BRANCH_DAY, FIGURE_DAY)]
    assert len(told) > 15
    assert not [name for name, text in told.items() if not text.endswith(tuple(meanings))]
    assert told["/api/v1/payments/ from_day"].endswith(meanings[0])
    assert told["/api/v1/orders/ promised_from"].endswith(meanings[1])


def test_an_example_tells_something(document: dict[str, Any]) -> None:
    """No body is shown empty, and few words are the ones that stand in for unknown ones."""
    bodies = [
        (where, examples(content)[0])
        for where, _kind, content in contents(document)
        if where.split()[0] in WRITES and len(where.split()) == 2
    ]
    assert not [where for where, body in bodies if not body]
    assert not [where for where, body in bodies if '"text"' in json.dumps(list(body.values()))]


@pytest.fixture
def side(company: Any) -> Side:
    return make_side("aaa")


@pytest.fixture
def boss(side: Side) -> User:
    return make_company_people()[RoleCode.COMPANY_MANAGER]


@pytest.fixture
def ids(side: Side, boss: User) -> dict[str, int]:
    """The world's records by the names of fields that name them; lines by "document:line"."""
    known = side.records
    Note.objects.filter(pk=known["note"].pk).update(author=boss)
    order, product, person = known["order"], known["product"], known["user"].pk
    transfer = known["transfer"]
    bought = known["purchase"].lines.create(product=product, quantity=5, unit_cost=60)
    moved = transfer.lines.create(product=product, quantity=5)
    named = (
        "branch", "customer", "product", "team", "department", "supplier", "point", "payment",
        "shipment",
    )  # fmt: skip
    return {
        **{name: known[name].pk for name in named},
        **dict.fromkeys(("owner", "to", "manager", "leader", "members", "mentions"), person),
        **dict.fromkeys(("warehouse", "origin"), known["warehouse"].pk),
        **dict.fromkeys(("category", "parent"), known["product_category"].pk),
        "inspector": side.people[RoleCode.INSPECTOR].pk,
        "destination": transfer.destination_id,
        "line": order.lines.get().pk,
        "purchase-orders:line": bought.pk,
        "transfers:line": moved.pk,
        "merged": known["pair"].second_id,
        "type": known["inspection_type"].pk,
        "item": known["checklist_item"].pk,
        "ids": known["notification"].pk,
        "before": known["rule"].pk,
    }


def with_ids(value: Any, ids: dict[str, int], name: str = "") -> Any:
    """The example with ids of records that exist."""
    if isinstance(value, dict):
        return {key: with_ids(inner, ids, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_ids(inner, ids, name) for inner in value]
    is_id = isinstance(value, int) and not isinstance(value, bool) and name in ids
    return ids[name] if is_id else value


def test_the_example_of_every_write_is_taken_as_it_stands(
    document: dict[str, Any], side: Side, boss: User, ids: dict[str, int]
) -> None:
    """With the ids of records that exist; a record's state may refuse it (409, 422), its form not."""
    client, doors = program_of(boss), doors_by_path()
    wrong: dict[str, Any] = {}
    taken = 0
    for path, item in document["paths"].items():
        for method in sorted(item.keys() & set(WRITES)):
            body = item[method].get("requestBody")
            if not body or path in UNKNOWABLE:
                continue
            door = doors[method.upper(), PATH_PART.sub("{}", path)]
            (kind, content), *_others = body["content"].items()
            line = ids.get(f"{path.split('/')[3]}:line", ids["line"])
            sent = with_ids(examples(content)[0], {**ids, "line": line})
            form = {"format": "json"}
            if kind == "multipart/form-data":
                sent = {**sent, **files_of(sent)}
                form = {"format": "multipart"}
            with transaction.atomic():  # each finds the world as it was
                answer = getattr(client, method)(address(door, side), sent, **form)
                transaction.set_rollback(True)
            taken += answer.status_code < 300
            if problems := unlike(document, item[method], answer):
                wrong[f"{method} {path}"] = (answer.status_code, problems)
            if answer.status_code not in (200, 201, 202, 204, 409, 422):
                wrong[f"{method} {path}"] = (answer.status_code, answer.content.decode()[:300])
    assert not wrong
    assert taken >= 70


def test_every_answer_about_real_records_fits_its_schema(
    document: dict[str, Any], side: Side, boss: User
) -> None:
    """For who sees everything, and for a role without costs and whole numbers."""
    doors = doors_by_path()
    wrong: dict[str, Any] = {}
    read = []
    for person in (boss, side.people[RoleCode.SALES]):
        client = program_of(person)
        for path, item in document["paths"].items():
            if "get" in item:
                door = doors["GET", PATH_PART.sub("{}", path)]
                answer = client.get(address(door, side))
                read += [path] * (answer.status_code == 200)
                if problems := unlike(document, item["get"], answer):
                    wrong[f"{path} {person.role.code}"] = problems
    assert not wrong
    assert len(set(read)) > 70


def program_of(person: User) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue_tokens(person).access}")
    return client


def doors_by_path() -> dict[tuple[str, str], Any]:
    """The doors by method and address, every variable part written {}."""
    return {
        (method, re.sub(r"[\^$]|\\Z", "", ROUTE_PART.sub("{}", door.route))): door
        for door in walkable()
        for method in door.methods
    }


def unlike(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> list[str]:
    """In what a JSON answer differs from the schema of its status."""
    said = operation["responses"].get(str(answer.status_code), operation["responses"]["default"])
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not kind.endswith("json") or kind not in said.get("content", {}):
        return []
    schema = {**said["content"][kind]["schema"], "components": document["components"]}
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{list(one.path)}: {one.message[:200]}" for one in judge.iter_errors(answer.json())]


def files_of(sent: dict[str, Any]) -> dict[str, Any]:
    """Real files in the place of their names."""
    from tests.architecture.trade import a_picture

    files = {}
    for name in {"photo", "image", "signature"} & sent.keys():
        files[name] = SimpleUploadedFile("photo.png", a_picture().read(), "image/png")
    if "file" in sent:
        files["file"] = SimpleUploadedFile("a.csv", b"Name,Phone\nNoura,0551234567\n", "text/csv")
    return files
