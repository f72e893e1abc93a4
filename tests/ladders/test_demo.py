"""The demo's ladders are complete."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from helpdesk.demo.desks import create_demo_desk
from helpdesk.demo.ladders import create_ladders
from helpdesk.demo.people import UserFactory, create_people
from helpdesk.demo.source import SLUGS, read_data
from sla.models import Action, Ladder, LadderStep
from tests.cast import NOON


@pytest.mark.parametrize("slug", SLUGS)
def test_the_demos_ladders_name_people_and_plans_that_exist(db: None, slug: str) -> None:
    parts = create_demo_desk(read_data(slug, "desk"), now=NOON)
    with desk_scope(parts.desk):
        cast = create_people(parts, read_data(slug, "people"), users=UserFactory(), now=NOON)
        create_ladders(cast, read_data(slug, "ladders"), now=NOON)
        assert Ladder.objects.filter(plan__isnull=False, priority__isnull=False).count() == 1
        executive = LadderStep.objects.get(action=Action.EXECUTIVE)
        assert executive.agent is not None
