"""Claims of agents by tickets that are opened at the same time."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import transaction

from accounts.models import Agent
from accounts.tenancy import desk_scope
from routing.claims import Claimant, Standing, claim_agent
from routing.models import Rotation
from tests.cast import NOON, Cast
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_claims_of_locked_agents_never_wait_for_each_other(rocket: Cast) -> None:
    """A claim that came too late keeps the lock on that agent, and may need another's agent."""
    both_hold = Barrier(2)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        for agent in (rocket.analyst, rocket.colleague):
            Rotation.objects.get_or_create(desk=rocket.desk, agent=agent)

    def claim(agent: Agent) -> list[Standing]:
        return claim_agent(ticket, [Claimant(agent.pk, None, None, is_on_call=False)], at=NOON)

    def hold_and_claim(held: Agent, wanted: Agent) -> list[Standing]:
        with transaction.atomic():
            Rotation.objects.select_for_update(no_key=True).get(agent=held)
            both_hold.wait(10)
            return claim(wanted)

    tried = at_once(
        rocket,
        lambda: hold_and_claim(rocket.analyst, rocket.colleague),
        lambda: hold_and_claim(rocket.colleague, rocket.analyst),
    )
    assert [one.is_free for [one] in tried] == [True, True]
    with desk_scope(rocket.desk), transaction.atomic():
        [one] = claim(rocket.analyst)
    assert one.is_claimed
