"""Admin pages of agents' details, teams, skills, regions and on-call rotas."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Desk, Region
from accounts.tenancy import desk_scope
from routing.models import (
    AgentLanguage,
    AgentSkill,
    OnCallRota,
    OnCallTurn,
    Shift,
    Skill,
    Team,
    TeamMember,
)
from tests.cast import Cast
from tests.forms import read_form
from tickets.models import Priority

ADMIN = "/rocket/admin"


def save(client: Client, page: str, **changes: Any) -> Any:
    """Save a page as a browser does, with these fields changed."""
    url = f"{ADMIN}/{page}"
    return client.post(url, read_form(client.get(url).content.decode()) | changes)


def make_row(prefix: str, place: int = 0, **values: Any) -> dict[str, Any]:
    total = {f"{prefix}-TOTAL_FORMS": place + 1}
    return total | {f"{prefix}-{place}-{name}": value for name, value in values.items()}


def test_an_agent_gets_region_country_capacity_skills_and_languages(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        region = Region.objects.create(desk=rocket.desk, name="EMEA")
        skill = Skill.objects.create(desk=rocket.desk, name="LDAP")
    saved = save(
        at_rocket,
        f"accounts/agent/{rocket.analyst.pk}/change/",
        region=region.pk,
        country="BR",
        subdivision="sp",
        capacity=12,
        **make_row("skills", skill=skill.pk, level=3),
        **make_row("languages", code="pt"),
    )
    assert saved.status_code == 302
    with desk_scope(rocket.desk):
        agent = Agent.objects.get(pk=rocket.analyst.pk)
        found = (agent.region, agent.country, agent.subdivision, agent.capacity)
        assert found == (region, "BR", "SP", 12)
        assert AgentSkill.objects.get(agent=agent).level == 3
        assert AgentLanguage.objects.get(agent=agent).code == "pt"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"country": "BR", "subdivision": "XX"}, "No holidays are known for this code"),
        ({"country": "", "subdivision": "SP"}, "Known codes: none."),
        ({"capacity": 0}, "greater than or equal to 1"),
        ({"country": "ZZ"}, "Select a valid choice"),
    ],
)
def test_impossible_details_of_an_agent_are_refused(
    rocket: Cast, at_rocket: Client, changes: dict[str, Any], error: str
) -> None:
    answer = save(at_rocket, f"accounts/agent/{rocket.analyst.pk}/change/", **changes)
    assert answer.status_code == 200
    assert error in answer.content.decode()


def test_a_team_with_shifts_and_members(rocket: Cast, at_rocket: Client) -> None:
    times = {"start_minute": "22:00", "end_minute": "06:00", "time_zone": "Asia/Manila"}
    saved = save(
        at_rocket,
        "routing/team/add/",
        name="Manila",
        **make_row("shifts", weekday=0, **times, works_on_holidays="on"),
        **make_row("teammember_set", agent=rocket.colleague.pk),
    )
    assert saved.status_code == 302
    with desk_scope(rocket.desk):
        team = Team.objects.get()
        shift = Shift.objects.get(team=team)
        assert (shift.start_minute, shift.end_minute, shift.agent_id) == (1320, 360, None)
        assert TeamMember.objects.get(team=team).agent == rocket.colleague


def test_a_rota_is_planned_when_it_is_saved(rocket: Cast, at_rocket: Client) -> None:
    saved = save(
        at_rocket,
        "routing/oncallrota/add/",
        name="Nights",
        change_minute="18:00",
        **make_row("members", agent=rocket.colleague.pk, position=1),
    )
    assert saved.status_code == 302
    with desk_scope(rocket.desk):
        rota = OnCallRota.objects.get()
        assert rota.change_minute == 1080
        agents = OnCallTurn.objects.filter(rota=rota).values_list("agent", flat=True)
        assert len(agents) >= 8
        assert set(agents) == {rocket.colleague.pk}
    page = f"routing/oncallrota/{rota.pk}/change/"
    assert save(at_rocket, page, **{"members-0-agent": rocket.analyst.pk}).status_code == 302
    with desk_scope(rocket.desk):
        future = OnCallTurn.objects.filter(rota=rota).order_by("start_at")[1:]
        assert {turn.agent_id for turn in future} == {rocket.analyst.pk}


def test_settings_of_the_desk_and_the_weight_of_a_priority(rocket: Cast, at_rocket: Client) -> None:
    minutes = {"quiet_minutes": 20, "idle_minutes": 10, "missing_minutes": 5}
    page = f"accounts/desk/{rocket.desk.pk}/change/"
    assert save(at_rocket, page, **minutes).status_code == 302
    priority = rocket.priorities["High"]
    assert save(at_rocket, f"tickets/priority/{priority.pk}/change/", weight=3).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.quiet_minutes, desk.idle_minutes, desk.missing_minutes) == (20, 10, 5)
    with desk_scope(rocket.desk):
        assert Priority.objects.get(pk=priority.pk).weight == 3


def test_a_time_zone_of_a_region_is_chosen_from_the_known_ones(at_rocket: Client) -> None:
    answer = save(at_rocket, "accounts/region/add/", name="Mars", time_zone="Mars/Olympus")
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
