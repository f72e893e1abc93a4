"""Middleware that counts SQL statements on demand. Timed requests do not use it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


class Counter:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, *rest)


class StatementsMiddleware:
    """Answer ``X-Count: 1`` with ``X-Statements`` and the CPU milliseconds in ``X-CPU``."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "X-Count" not in request.headers:
            return self.get_response(request)
        counter, begin = Counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        response.headers["X-Statements"] = str(len(counter.statements))
        response.headers["X-CPU"] = f"{(time.thread_time() - begin) * 1000:.2f}"
        return response
