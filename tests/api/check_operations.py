"""`make api-check`: generated requests of four people and of nobody to a running server (M38).

Not part of the tests, which send fewer (test_generated_requests.py). CASES sets how many valid and
how many invalid requests each operation gets from each person; their answers stay with the desk,
so later ones meet what earlier ones did.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from accounts.models import Agent
from accounts.tokens.scopes import SCOPES
from tests.access.people import World, create_world
from tests.api.generated import ROLES, check_operations
from tests.api.test_generated_requests import CSRF, find_values
from tests.stack import Stack
from tests.tokens.programs import make_token

MANY = 1_000_000
PATIENCE = 120  # seconds for an answer; the first one takes long on a busy machine
CASES = int(os.environ.get("CASES", "10"))


def test_a_running_server_answers_as_its_schema_says(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic():
        world = create_world()
        means = {role: sign_in(world, symbol) for symbol, role in ROLES.items()}
    stack.start_web()
    base_url = f"{stack.url}/rocket/api/v1"

    def send(case: Any, role: str) -> Any:
        return case.call(base_url=base_url, timeout=PATIENCE, **means[role])

    report = check_operations(
        send, find_values=lambda each: find_values(world, each), cases=CASES, is_thorough=True
    )
    with capsys.disabled():
        print(f"\n{report.sent} requests: {dict(sorted(report.statuses.items()))}")
    assert report.failures == [], "\n".join(report.failures)


def sign_in(world: World, symbol: str) -> dict[str, dict[str, str]]:
    """Return the headers and cookies of a person: an agent's token, or a customer's session."""
    agent = getattr(world.rocket, ROLES[symbol], None)
    if isinstance(agent, Agent):
        _token, secret = make_token(world.rocket.desk, agent, SCOPES, requests_per_minute=MANY)
        return {"headers": {"Authorization": f"Bearer {secret}"}}
    session = world.sign_in(symbol).cookies.get(settings.SESSION_COOKIE_NAME)
    cookies = {settings.SESSION_COOKIE_NAME: session.value} if session else {}
    csrf = {settings.CSRF_COOKIE_NAME: CSRF}
    return {"headers": {"X-CSRFToken": CSRF}, "cookies": csrf | cookies}
