"""The ASGI handler: one thread from start to end, threads used again, nothing left over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import override_settings
from django.urls import URLPattern, get_resolver, path
from django.utils import translation

from helpdesk.handler import PageHandler

SEEN: list[Any] = []


class Noting:
    """A middleware with every hook, each of which notes its thread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        SEEN.append(threading.get_ident())
        response = self.get_response(request)
        SEEN.append(threading.get_ident())
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        SEEN.append(threading.get_ident())


def show_page(request: HttpRequest) -> HttpResponse:
    SEEN.append(threading.get_ident())
    return HttpResponse(f"{request.method} {request.read().decode()} {translation.get_language()}")


def show_database(request: HttpRequest) -> HttpResponse:
    ContentType.objects.exists()
    translation.activate("de")
    return HttpResponse("read")


def fail(request: HttpRequest) -> HttpResponse:
    raise ValueError


async def count_up() -> AsyncIterator[bytes]:
    try:
        while True:
            yield b"more"
            await asyncio.sleep(0)
    finally:
        SEEN.append("stopped")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(count_up())


urlpatterns = [
    path("page/", show_page),
    path("database/", show_database),
    path("fail/", fail),
    path("stream/", stream),
]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    # With more threads, a second request may start another before the first is noticed to be idle.
    monkeypatch.setattr("helpdesk.handler.THREADS", 1)
    SEEN.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.Noting"]):
        yield PageHandler()


async def request(
    handler: PageHandler, url: str, *, body: bytes = b"", leave_after: int = 0
) -> list[dict[str, Any]]:
    """Request a page. leave_after: messages after which the client is gone."""
    sent: list[dict[str, Any]] = []
    gone = asyncio.Event()
    incoming = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if leave_after and len(sent) >= leave_after:
            gone.set()

    scope = {
        "type": "http",
        "method": "POST" if body else "GET",
        "path": url,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    await handler(scope, receive, send)
    return sent


def test_middleware_and_view_run_in_one_thread(handler: PageHandler) -> None:
    start, page = asyncio.run(request(handler, "/page/", body=b"words"))
    assert (start["status"], page["body"]) == (200, b"POST words en")
    assert len(SEEN) == 4
    assert len(set(SEEN)) == 1
    assert threading.get_ident() not in SEEN


def test_threads_are_used_again(handler: PageHandler) -> None:
    async def request_twice() -> None:
        await request(handler, "/page/")
        await request(handler, "/page/")

    asyncio.run(request_twice())
    assert len(set(SEEN)) == 1


def test_nothing_of_a_request_stays_in_its_thread(handler: PageHandler, db: None) -> None:
    async def request_both() -> list[dict[str, Any]]:
        await request(handler, "/database/")
        open_ones = await handler._run(
            lambda: [one.connection for one in connections.all(initialized_only=True)]
        )
        assert open_ones == [None]
        return await request(handler, "/page/")

    assert asyncio.run(request_both())[1]["body"].endswith(b" en")


def test_an_error_is_a_page(handler: PageHandler) -> None:
    handler_status = asyncio.run(request(handler, "/fail/"))[0]["status"]
    assert handler_status == 500


def test_a_stream_ends_when_its_reader_leaves(handler: PageHandler) -> None:
    sent = asyncio.run(request(handler, "/stream/", leave_after=3))
    assert [message["body"] for message in sent[1:3]] == [b"more", b"more"]
    assert SEEN[-1] == "stopped"


def list_views(patterns: list[Any]) -> list[Any]:
    found = []
    for pattern in patterns:
        is_view = isinstance(pattern, URLPattern)
        found += [pattern.callback] if is_view else list_views(pattern.url_patterns)
    return found


def test_no_view_is_asynchronous() -> None:
    views = list_views(get_resolver("helpdesk.urls").url_patterns)
    assert len(views) > 100
    assert [view for view in views if asyncio.iscoroutinefunction(view)] == []
