"""A rate limit's counter lasts as long as the limit, regardless of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.tenancy import no_desk_scope
from helpdesk.tasks import delete_expired
from tests.cast import Cast

LOCKED = "Too many failed sign-in attempts"
MANY = 320  # more than Django's cache in the database keeps by itself


@pytest.mark.usefixtures("rocket")
def test_other_counters_push_none_out(client: Client) -> None:
    wrong = {"login": "somebody@acme.example", "password": "a wrong password"}
    tries = [client.post("/rocket/login/", wrong).content.decode() for _ in range(6)]
    assert [LOCKED in page for page in tries] == [False] * 5 + [True]
    for n in range(MANY):
        cache.set(f"zz-counter-of-another-address-{n}", [n], 3600)
    assert LOCKED in client.post("/rocket/login/", wrong).content.decode()


def test_what_has_expired_goes_and_the_rest_stays(rocket: Cast) -> None:
    client = Client()
    client.force_login(rocket.analyst.user)
    Client().force_login(rocket.lead.user)
    mine = client.session.session_key
    Session.objects.exclude(session_key=mine).update(
        expire_date=timezone.now() - timedelta(hours=1)
    )
    cache.set("over", 1, -60)
    cache.set("running", 1, 3600)
    with no_desk_scope():
        delete_expired()
    assert [one.session_key for one in Session.objects.all()] == [mine]
    assert (cache.get("over"), cache.get("running")) == (None, 1)
