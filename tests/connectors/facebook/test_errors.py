"""What Graph's errors mean: later and for how long, for all or for one, or never."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connectors.meta.errors import check_graph, find_usage_wait
from tests.cast import NOON

USAGE = {"42": [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": 19}]}


def respond(code: int, status: int = 400, subcode: int = 0, **headers: str) -> Response:
    error: dict[str, Any] = {"code": code, "message": "It says why."}
    error |= {"error_subcode": subcode} if subcode else {}
    return Response(status, headers, json.dumps({"error": error}).encode())


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002, 80006, 130429, 131048])
def test_a_rate_limit_is_for_all_and_at_least_a_minute(code: int) -> None:
    with pytest.raises(CallLaterError) as caught:
        check_graph(respond(code), NOON)
    assert (caught.value.is_for_all, caught.value.at_least) == (True, 60)


def test_a_rate_limit_is_waited_for_as_the_header_says() -> None:
    limited = respond(613, **{"X-Business-Use-Case-Usage": json.dumps(USAGE)})
    with pytest.raises(CallLaterError) as caught:
        check_graph(limited, NOON)
    assert caught.value.seconds == 19 * 60


@pytest.mark.parametrize("usage", ["", "{", "[]", '{"42": [{}]}', '{"42": "no"}', '{"42": [3]}'])
def test_a_header_without_minutes_says_nothing(usage: str) -> None:
    assert find_usage_wait(Response(400, {"X-Business-Use-Case-Usage": usage}, b"")) is None


def test_no_wait_is_longer_than_a_day() -> None:
    usage = {"42": [{"estimated_time_to_regain_access": 10**9}]}
    header = {"X-Business-Use-Case-Usage": json.dumps(usage)}
    assert find_usage_wait(Response(400, header, b"")) == 86_400


def test_too_many_messages_to_one_person_hold_nobody_else_up() -> None:
    with pytest.raises(CallLaterError) as caught:
        check_graph(respond(131056), NOON)
    assert not caught.value.is_for_all


@pytest.mark.parametrize(
    ("code", "seconds", "status"),
    [
        (190, 900, 401),
        (102, 900, 401),
        (10, 900, 403),
        (200, 900, 403),
        (3, 900, 403),
        (368, 3600, 403),
    ],
)
def test_what_an_admin_has_to_mend_is_tried_slowly(code: int, seconds: int, status: int) -> None:
    with pytest.raises(CallLaterError) as caught:
        check_graph(respond(code), NOON)
    assert (caught.value.seconds, caught.value.status) == (seconds, status)
    assert caught.value.is_for_all == (status == 401)


@pytest.mark.parametrize(
    ("code", "subcode"),
    [
        (10, 2018278),
        (10, 2018065),
        (10, 2018108),
        (200, 1545041),
        (230, 0),
        (551, 1545041),
        (100, 2018001),
        (100, 0),
        (10900, 0),
        (10903, 0),
        (131026, 0),
        (131047, 0),
        (131051, 0),
    ],
)
def test_what_never_will_be_taken_is_refused_with_its_reason(code: int, subcode: int) -> None:
    with pytest.raises(CallRefusedError) as caught:
        check_graph(respond(code, subcode=subcode), NOON)
    number = f"{code}/{subcode}" if subcode else str(code)
    assert str(caught.value) == f"It says why. ({number})"


@pytest.mark.parametrize(
    ("response", "is_for_all"),
    [
        (respond(1), False),
        (respond(2), False),
        (respond(1200), False),
        (respond(99999, 500), True),
        (Response(503, {}, b"<html>"), True),
        (Response(502, {}, b"{"), True),
    ],
)
def test_what_passes_is_tried_again(response: Response, is_for_all: bool) -> None:
    with pytest.raises(CallLaterError) as caught:
        check_graph(response, NOON)
    assert caught.value.is_for_all == is_for_all


def test_a_transient_error_is_tried_again_whatever_its_code() -> None:
    body = json.dumps({"error": {"code": 77, "message": "", "is_transient": True}}).encode()
    with pytest.raises(CallLaterError):
        check_graph(Response(400, {}, body), NOON)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error": "no"}', b'{"error": {"code": "x"}}'])
def test_an_error_without_a_code_is_read_by_its_status(body: bytes) -> None:
    with pytest.raises(CallRefusedError):
        check_graph(Response(400, {}, body), NOON)
    check_graph(Response(200, {}, body), NOON)
