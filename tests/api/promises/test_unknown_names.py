"""A parameter or field that an operation doesn't declare is refused with the nearest known name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from helpdesk.api.serializers import StrictSerializer
from tests.api.promises.operations import Listed, list_operations
from tests.cast import Cast

API = "/rocket/api/v1/"


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def send(client: Client, one: Listed, query: str, body: str = "") -> Any:
    url = f"{one.url}?{query}"
    return client.generic(one.method, url, body, content_type="application/json")


def test_every_operation_refuses_an_unknown_parameter(admin: Client) -> None:
    found = list_operations()
    assert len(found) > 100
    for one in found:
        answer = send(admin, one, "colour=blue")
        assert answer.status_code == 400, one
        [error] = answer.json()["errors"]
        assert (error["parameter"], error["code"]) == ("colour", "unknown"), one


def test_every_body_is_read_by_a_serializer_that_refuses_unknown_fields() -> None:
    for one in list_operations("POST", "PUT", "PATCH"):
        serializer = one.build_schema().get_request_serializer()
        kind = serializer if isinstance(serializer, type) else type(serializer)
        is_binary = isinstance(serializer, dict)  # a file, by media type
        assert serializer is None or is_binary or issubclass(kind, StrictSerializer), one


def test_an_operation_without_a_body_refuses_fields(admin: Client) -> None:
    bare = [
        one
        for one in list_operations("POST", "PUT", "PATCH")
        if one.build_schema().get_request_serializer() is None
    ]
    assert bare
    for one in bare:
        answer = send(admin, one, "", '{"force": true}')
        assert answer.status_code == 400, one
        assert answer.json()["errors"][0]["pointer"] == "#/force", one
        assert send(admin, one, "", "[1]").status_code == 400, one


def test_the_nearest_name_is_suggested(admin: Client) -> None:
    answer = admin.get(f"{API}tickets/?levl=l1&limt=2&zzzzzz=1")
    said = {error["parameter"]: error["detail"] for error in answer.json()["errors"]}
    assert said == {
        "levl": "Unknown parameter. Did you mean “level”?",
        "limt": "Unknown parameter. Did you mean “limit”?",
        "zzzzzz": "Unknown parameter.",
    }
    body = {"contact": {"emial": "a@b.example"}, "subjct": "S", "text": "T"}
    answer = admin.post(f"{API}tickets/", body, content_type="application/json")
    [error] = answer.json()["errors"]
    assert error == {
        "pointer": "#/subjct",
        "field": "subjct",
        "code": "unknown",
        "detail": "Unknown field. Did you mean “subject”?",
    }
    body = {"contact": {"emial": "a@b.example"}, "subject": "S", "text": "T"}
    answer = admin.post(f"{API}tickets/", body, content_type="application/json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/contact/emial"]


def test_a_parameter_is_given_once(admin: Client) -> None:
    answer = admin.get(f"{API}tickets/?level=l1&level=l2")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "repeated"


def test_many_unknown_fields_are_counted_and_not_all_listed(admin: Client) -> None:
    body = {f"field{number}{'x' * 200}": 1 for number in range(3000)}
    answer = admin.put(f"{API}assignment/", body, content_type="application/json")
    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 100


def test_who_may_not_call_an_operation_learns_nothing_about_it(
    in_rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    for person in (in_rocket.customer, matter.admin):
        assert sign_in(person.user).get(f"{API}tickets/?colour=blue").status_code == 404
