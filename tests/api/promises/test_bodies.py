"""Hostile bodies are refused with a sentence: nothing is read wrongly, and nothing fails."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from django.test import AsyncRequestFactory, Client

from helpdesk.api.contract.operations import get_operation
from helpdesk.api.parsing import MAX_DEPTH, is_too_deep
from helpdesk.api.staff.teams import RegionListView
from tests.api.promises.operations import list_operations
from tests.cast import Cast

URL = "/rocket/api/v1/regions/"


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def send(client: Client, body: bytes | str, content_type: str = "application/json") -> Any:
    return client.generic("POST", URL, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "A",}',
        b'{"name": "A", "name": "B"}',
        b'{"name": NaN}',
        b'{"position": 1e999}',
        b'{"position": ' + b"9" * 5000 + b"}",
        b'{"name": "\xff"}',
        b'{"name": "raw \x00 null"}',
        b'{"name": "raw \x01 control"}',
        b'{"\\u0000": 1}',
        b'{"\\ud800": 1}',
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"[" * 500_000,
        b'{"a":' * 100_000,
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_is_malformed(admin: Client, body: bytes) -> None:
    answer = send(admin, body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["type"].endswith("/malformed-request/")


def test_texts_that_cannot_be_stored_are_named(admin: Client) -> None:
    for text, code in (
        (r"a\u0000b", "null_characters_not_allowed"),
        (r"\udc00", "surrogate_characters_not_allowed"),
    ):
        answer = send(admin, f'{{"name": "{text}", "time_zone": "UTC", "position": 1}}')
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("#/name", code)


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true", "{}", ""])
def test_a_body_that_is_no_object_or_empty_is_invalid(admin: Client, body: str) -> None:
    assert send(admin, body).status_code == 400


def test_only_json_in_utf8_is_read(admin: Client) -> None:
    good = '{"name": "EMEA", "time_zone": "UTC", "position": 1}'
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "x" * 3000):
        assert send(admin, good, kind).status_code == 415, kind
    assert send(admin, good, "application/json; charset=latin-1").status_code == 415
    assert send(admin, good, 'application/json; charset="UTF-8"').status_code == 201


def test_a_body_in_chunks_is_read(in_rocket: Cast) -> None:
    """Without Content-Length, which Django REST framework takes for no body."""
    good = b'{"name": "EMEA", "time_zone": "UTC", "position": 1}'
    request: Any = AsyncRequestFactory().post(URL, good, content_type="application/json")
    request.META.pop("CONTENT_LENGTH", None)
    request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    request._dont_enforce_csrf_checks = True
    request.user, request.agent = in_rocket.admin.user, in_rocket.admin
    request.desk = in_rocket.desk
    answer: Any = RegionListView.as_view()(request)
    assert answer.status_code == 201, answer.data


def test_depth_is_counted_outside_of_strings_and_never_slowly() -> None:
    assert not is_too_deep('{"a": "[[[[' + "[" * 100 + '"}')
    assert not is_too_deep("[" * MAX_DEPTH)
    assert is_too_deep("[" * (MAX_DEPTH + 1))
    assert not is_too_deep('"' + '\\"' * 300_000)
    assert not is_too_deep('"' + '\\"' * 300_000 + "\\")


def test_no_number_in_an_address_or_parameter_is_too_large(admin: Client) -> None:
    huge = str(2**63)
    values = cycle((huge, "-1", "x" * 5000, "\u0661"))
    for one in list_operations():
        url = "/".join(huge if part == "1" else part for part in one.url.split("/"))
        answer = admin.generic(one.method, url, content_type="application/json")
        assert answer.status_code < 500, one
        for name in get_operation(one.build_view(), one.method).parameters:
            value = next(values)
            answer = admin.generic(one.method, f"{one.url}?{name}={value}")
            assert answer.status_code < 500, (one, name, value)


def test_an_address_that_is_not_utf8_is_refused(admin: Client) -> None:
    assert admin.get("/rocket/api/v1/tickets/?q=%ff").status_code == 400
    assert admin.get("/rocket/api/v1/tickets/?%ff=1").status_code == 400
