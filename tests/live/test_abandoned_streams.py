"""Browsers that leave while their stream opens, through the web server itself."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from helpdesk.live.hub import OPENING_AT_ONCE
from tests.cast import Cast
from tests.stack import Stack

pytestmark = pytest.mark.django_db(transaction=True)


def request_stream(stack: Stack, session: str) -> socket.socket:
    """Send the request for a stream of the first desk, and read nothing."""
    browser = socket.create_connection(("127.0.0.1", stack.port), timeout=10)
    lines = [
        "GET /rocket/agent/stream/ HTTP/1.1",
        f"Host: 127.0.0.1:{stack.port}",
        f"Cookie: {settings.SESSION_COOKIE_NAME}={session}",
    ]
    browser.sendall("\r\n".join([*lines, "", ""]).encode())
    return browser


def test_streams_that_are_abandoned_while_they_open_keep_no_other_waiting(
    rocket: Cast, stack: Stack, sign_in: Callable[[User], Client]
) -> None:
    session = sign_in(rocket.analyst.user).cookies[settings.SESSION_COOKIE_NAME].value
    stack.start_web()
    for _ in range(3 * OPENING_AT_ONCE):
        request_stream(stack, session).close()

    with request_stream(stack, session) as browser, browser.makefile("rb") as lines:
        assert b"200 OK" in next(lines)
        assert any(b"event: hello" in line for line in lines)
