"""Middleware that counts SQL statements and round trips on demand; timed requests pass it by."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


class Counter:
    """Counts statements, and round trips: the statements of one psycopg pipeline are one."""

    def __init__(self) -> None:
        self.statements = self.round_trips = 0
        self._pipeline: object = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        pipeline = getattr(context["connection"].connection, "_pipeline", None)
        if pipeline is None or pipeline is not self._pipeline:
            self.round_trips += 1
        self._pipeline = pipeline
        self.statements += 1
        return execute(sql, params, many, context)


class StatementsMiddleware:
    """Answer ``X-Count: 1`` with both counts, and the CPU milliseconds in ``X-CPU``."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "X-Count" not in request.headers:
            return self.get_response(request)
        counter, begin = Counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        response.headers["X-Statements"] = str(counter.statements)
        response.headers["X-Round-Trips"] = str(counter.round_trips)
        response.headers["X-CPU"] = f"{(time.thread_time() - begin) * 1000:.2f}"
        return response
