"""Where two-factor authentication is required, tokens from before it don't work (goal 17)."""

from __future__ import annotations

from accounts.models import Desk
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/tickets/"


def test_tokens_made_without_it_stop_when_the_desk_requires_it(rocket: Cast) -> None:
    without = make_program(make_token(rocket.desk, rocket.analyst)[1])
    _token, secret = make_token(rocket.desk, rocket.analyst, passed_two_factor=True)
    with_it = make_program(secret)
    assert (without.get(URL).status_code, with_it.get(URL).status_code) == (200, 200)
    Desk.objects.filter(pk=rocket.desk.pk).update(require_two_factor=True)
    refused = without.get(URL)
    assert (refused.status_code, with_it.get(URL).status_code) == (401, 200)
    assert "two-factor" in refused.json()["detail"]
