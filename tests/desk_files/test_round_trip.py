"""What a desk shows can be applied to an empty desk, which then shows the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings

from accounts.models import Agent, CustomerCard, Desk, Role, User
from accounts.tenancy import desk_scope
from channels_intake.models import BlockedSender
from helpdesk.demo.defects import create_defect_settings
from helpdesk.demo.desks import create_demo_desk
from helpdesk.demo.help import create_groups
from helpdesk.demo.ladders import create_ladders
from helpdesk.demo.macros import create_macros
from helpdesk.demo.people import UserFactory, create_people
from helpdesk.demo.rules import create_rules
from helpdesk.demo.source import SLUGS, read_data
from helpdesk.demo.staff import create_rotas, create_staff
from helpdesk.desk_files.applying import Plan, apply_file, plan_file, show_configuration
from helpdesk.desk_files.reading import read_file
from helpdesk.desk_files.registry import LEFT_OUT, SECTIONS
from helpdesk.desk_files.writing import write_yaml
from tests.access.policy import SETTINGS
from tickets.models import Priority

NOW = datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
TABLES = {
    "calendars": "sla_calendar",
    "sla_policies": "sla_policy",
    "rules": "routing_rule",
}


def create_demo_settings(slug: str) -> Agent:
    """Create a demo desk without tickets, and return an admin."""
    parts = create_demo_desk(read_data(slug, "desk"), now=NOW)
    with desk_scope(parts.desk):
        cast = create_people(parts, read_data(slug, "people"), users=UserFactory(), now=NOW)
        create_staff(cast, read_data(slug, "staff"), now=NOW)
        create_defect_settings(cast, read_data(slug, "defects"))
        create_rules(cast, read_data(slug, "rules"), now=NOW)
        create_groups(cast, read_data(slug, "help"))
        create_macros(cast, read_data(slug, "macros"))
        create_rotas(cast, read_data(slug, "staff"), now=NOW)
        create_ladders(cast, read_data(slug, "ladders"), now=NOW)
        create_settings_without_secrets(parts.desk)
        return next(agent for agent in cast.agents if agent.role == Role.ADMIN)


def create_settings_without_secrets(desk: Desk) -> None:
    """Create rows that a file has without what must be entered or confirmed by hand."""
    BlockedSender.objects.create(desk=desk, value="pest.example", why="Ads")
    card = CustomerCard(desk=desk, name="Billing", url="https://cards.acme.example/", position=1)
    card.enter_secret("hush-very-secret-1")
    card.save()
    texts = {"de": {"name": "Hoch"}}
    Priority.objects.filter(desk=desk, rank=1).update(translations=texts)


def create_empty_desk(colleague: Agent) -> Agent:
    """Create a desk without any settings, and return its admin.

    It has the people of the colleague's desk: macros and ladders can name agents.
    """
    with desk_scope(colleague.desk):
        users = list(User.objects.filter(agents__desk=colleague.desk))
    desk = Desk.objects.create(slug="empty", name="Empty", ticket_prefix="E")
    with desk_scope(desk):
        agents = [
            Agent.objects.create(desk=desk, user=user, name=user.name, role=Role.ADMIN, level="l2")
            for user in users
        ]
    return agents[0]


def show(agent: Agent) -> str:
    with desk_scope(agent.desk):
        return write_yaml(show_configuration(agent))


def apply(agent: Agent, text: str) -> Plan:
    with desk_scope(agent.desk):
        return apply_file(read_file(text, is_toml=False), agent=agent, prune=True)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_an_empty_desk_becomes_like_the_demo_desk(slug: str) -> None:
    admin = create_demo_settings(slug)
    shown, empty = show(admin), create_empty_desk(admin)
    plan = apply(empty, shown)
    assert [str(problem) for problem in plan.problems] == []
    assert show(empty).splitlines() == shown.splitlines()
    again = apply(empty, shown)
    assert [str(change) for change in again.changes] == []


@pytest.mark.django_db
def test_the_example_of_the_guide_has_the_plan_that_the_guide_shows() -> None:
    """A newcomer tries it at the demo desk."""
    guide = (settings.BASE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8")
    example, shown = re.findall(r"```(?:yaml)?\n(.*?)```", guide.split("## An example")[1], re.S)[
        :2
    ]
    admin = create_demo_settings("rocketchat")
    with desk_scope(admin.desk):
        plan = plan_file(read_file(example, is_toml=False), agent=admin)
    assert [str(problem) for problem in plan.problems] == []
    lines = [line for c in plan.changes for line in (str(c), *(f"    {f}" for f in c.fields))]
    assert "\n".join(lines) == shown.strip()


def test_every_table_of_settings_is_a_section_or_is_left_out_for_a_reason() -> None:
    covered = {
        TABLES.get(section.name) or section.view.model._meta.db_table
        for section in SECTIONS
        if section.name in TABLES or hasattr(section.view, "model")
    }
    assert SETTINGS - covered - set(LEFT_OUT) == set()
    assert covered.isdisjoint(LEFT_OUT)
