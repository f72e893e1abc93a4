"""The last use of a token is noted at most once a minute, and never waits for the row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken
from accounts.tenancy import desk_scope, system_scope
from accounts.tokens.lookup import note_use
from tests.cast import Cast
from tests.races.threads import at_once
from tests.tokens.programs import make_program, make_token


def read(token: ApiToken) -> ApiToken:
    with system_scope("test"):
        return ApiToken.objects.get(pk=token.pk)


def test_time_and_address_are_noted_at_most_once_a_minute(rocket: Cast) -> None:
    token, secret = make_token(rocket.desk, rocket.analyst)
    assert make_program(secret).get("/rocket/api/v1/tickets/").status_code == 200
    used = read(token)
    assert used.last_used_at is not None
    assert used.last_ip == "127.0.0.1"
    with desk_scope(rocket.desk):
        for later, ip in ((30, "127.0.0.1"), (61, "192.0.2.7")):
            at = used.last_used_at + timedelta(seconds=later)
            note_use(read(token), ip="192.0.2.7", at=at)
            assert read(token).last_ip == ip


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_delays_no_request(rocket: Cast) -> None:
    token, _secret = make_token(rocket.desk, rocket.analyst)

    def note() -> None:
        note_use(token, ip="192.0.2.7", at=timezone.now())

    with desk_scope(rocket.desk), transaction.atomic():
        ApiToken.objects.select_for_update().get(pk=token.pk)
        at_once(rocket, note)
    assert read(token).last_used_at is None
    at_once(rocket, note)
    assert read(token).last_used_at is not None
