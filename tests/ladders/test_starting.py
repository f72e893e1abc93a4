"""Ladders start on tickets that were open before, and the demo's ladders are complete."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from helpdesk.demo.desks import create_demo_desk
from helpdesk.demo.ladders import create_ladders
from helpdesk.demo.people import UserFactory, create_people
from helpdesk.demo.source import SLUGS, read_data
from sla.ladders.starting import start_on_open_tickets
from sla.models import Action, Ladder, LadderRun, LadderStep
from tests.cast import NOON, Cast
from tests.ladders.helpers import MINUTE, add_ladder


def test_a_new_ladder_starts_on_open_tickets_that_are_due_later(in_rocket: Cast) -> None:
    late = in_rocket.open_ticket()
    ticket = in_rocket.open_ticket(at=NOON + 60 * MINUTE)
    add_ladder(in_rocket)
    due = NOON + 8 * 60 * MINUTE
    start_on_open_tickets(desk_id=in_rocket.desk.pk, since=due + MINUTE, at=due + 2 * MINUTE)
    assert [run.ticket_id for run in LadderRun.objects.all()] == [ticket.pk]
    assert not LadderRun.objects.filter(ticket=late).exists()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_demos_ladders_name_people_and_plans_that_exist(db: None, slug: str) -> None:
    parts = create_demo_desk(read_data(slug, "desk"), now=NOON)
    with desk_scope(parts.desk):
        cast = create_people(parts, read_data(slug, "people"), users=UserFactory(), now=NOON)
        create_ladders(cast, read_data(slug, "ladders"), now=NOON)
        assert Ladder.objects.filter(plan__isnull=False, priority__isnull=False).count() == 1
        executive = LadderStep.objects.get(action=Action.EXECUTIVE)
        assert executive.agent is not None
