"""Generated requests break no operation: no server error, no answer beyond the schema (M38).

`make api-check` sends many more of them to a running server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction

from tests.access.people import World, create_world, get_special_values
from tests.api.contract import Operation, find_route
from tests.api.generated import ROLES, Report, check_operations

pytestmark = pytest.mark.django_db
BASE_URL = "http://localhost/rocket/api/v1"
CSRF = "c" * 32


class InProcess:
    """Sends cases to the application, each in a transaction that is rolled back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.application = get_wsgi_application()
        self.cookies = {role: self._sign_in(symbol) for symbol, role in ROLES.items()}

    def _sign_in(self, symbol: str) -> dict[str, str]:
        client = self.world.sign_in(symbol)
        client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
        return {name: cookie.value for name, cookie in client.cookies.items()}

    def __call__(self, case: Any, role: str) -> Any:
        with transaction.atomic():
            response = case.call(
                base_url=BASE_URL,
                app=self.application,
                cookies=self.cookies[role],
                headers={"X-CSRFToken": CSRF, "Accept-Encoding": "identity"},
            )
            transaction.set_rollback(True)
        return response


def find_values(world: World, operation: Operation) -> Mapping[str, Any]:
    """Return path parameters that name rows of the desk."""
    route = find_route(operation)
    values = world.values | get_special_values(world.rocket, world.values, route)
    return {name: values[name] for name in route.parameters}


@contextmanager
def kept_connection() -> Iterator[None]:
    """Keep the test's connection, which requests close in production."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def test_no_generated_request_breaks_an_operation() -> None:
    report = send_all(cases=1)
    assert report.failures == [], "\n".join(report.failures)
    assert {200, 400, 404} <= report.statuses.keys()


def send_all(*, cases: int) -> Report:
    """Send generated cases of all operations and undo what they do."""
    with transaction.atomic(), kept_connection():
        world = create_world()
        report = check_operations(
            InProcess(world), find_values=lambda each: find_values(world, each), cases=cases
        )
        transaction.set_rollback(True)
    return report
