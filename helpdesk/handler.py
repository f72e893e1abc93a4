"""Django's ASGI handler for pages: each request runs from start to end in one pooled thread.

ASGIHandler creates a thread per request, with its own database wrappers and caches, and switches
between it and the event loop for every middleware with a view hook. For a page, that takes as long
as three queries. Nothing in this project needs it: no view and no middleware is asynchronous,
and event streams are served in front of Django (helpdesk.live.application).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

import django
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from helpdesk.request_log import FACTS, count_statements

P = ParamSpec("P")
R = TypeVar("R")
# More than the connections in the pool, because some pages wait for other servers. Further requests
# wait here instead of for a connection, which would time out after a few seconds.
THREADS = 4 * settings.DATABASE_POOL_SIZE


class PageHandler(ASGIHandler):
    """Handle HTTP requests in a fixed pool of threads."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(
            THREADS, thread_name_prefix="request", initializer=count_statements
        )

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the synchronous middleware chain, even if ASGIHandler asks for the other one."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle a request. A streaming response ends when the client disconnects."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        try:
            response = await self._run(self._respond, scope, body)
        finally:
            body.close()
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    async def _run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run work in a thread with a copy of the context, so no request leaves anything behind."""
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: context.run(work, *args, **kwargs))

    def _respond(self, scope: Any, body: Any) -> Any:
        facts = scope.get(FACTS)
        if facts is not None:
            facts.begin()
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        if facts is not None:
            facts.request = request
        response: Any = refusal if request is None else self.get_response(request)
        if facts is not None and request is not None:
            facts.note()
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        close_old_connections()  # of this thread, for a response that streams as well
        return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            with suppress(asyncio.CancelledError, RequestAborted):
                await sending
            with suppress(asyncio.CancelledError, RequestAborted):
                await leaving
            await self._run(response.close)


def get_application() -> PageHandler:
    """Set Django up and return the application for an ASGI server."""
    django.setup(set_prefix=False)
    return PageHandler()
