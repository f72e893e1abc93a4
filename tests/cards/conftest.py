"""A desk's own system and a card that it fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings

from accounts.models import CardSubject, CustomerCard
from accounts.tenancy import desk_scope
from helpdesk.agent.cards import loading
from tests.cards.system import SECRET, OwnSystem, serve_system
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    loading.valkey.reset()


@pytest.fixture
def system() -> Iterator[OwnSystem]:
    with serve_system() as running:
        yield running


@pytest.fixture
def make_card(system: OwnSystem) -> Callable[..., CustomerCard]:
    """Return a function that creates a card of a desk, filled by the system."""

    def make(cast: Cast, **values: Any) -> CustomerCard:
        card = CustomerCard(
            desk=cast.desk,
            **{"name": "Billing", "subject": CardSubject.ACCOUNT, "url": system.url, **values},
        )
        card.enter_secret(SECRET)
        with desk_scope(cast.desk):
            card.save()
        return card

    return make
