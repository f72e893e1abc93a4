"""Week plans, skills and languages: who may plan, and what is refused."""

from __future__ import annotations

import pytest

from routing.models import AgentLanguage, AgentSkill, Shift, Skill, Team, TeamMember
from routing.shifts import ShiftFacts
from routing.staff.week_plans import set_shifts, set_skills
from tests.cast import NOON, Cast
from tests.routing.fresh import list_candidates
from tests.staff import give_shift
from tickets.errors import InvalidValueError, NotAllowedError

DAYS = [ShiftFacts(day, 540, 1020, "Europe/Berlin") for day in range(5)]


def read_shifts(cast: Cast, name: str) -> tuple[ShiftFacts, ...]:
    ticket = cast.open_ticket()
    agents = list_candidates(ticket).agents
    return next(one.facts.shifts for one in agents if one.agent.name == name)


def test_a_lead_plans_the_week_of_an_agent(in_rocket: Cast) -> None:
    set_shifts(owner=in_rocket.analyst, shifts=DAYS, by=in_rocket.lead)
    assert sorted(read_shifts(in_rocket, "Analyst"), key=lambda one: one.weekday) == DAYS


def test_members_follow_their_team_unless_they_have_shifts_of_their_own(in_rocket: Cast) -> None:
    team = Team.objects.create(desk=in_rocket.desk, name="Berlin")
    for agent in (in_rocket.analyst, in_rocket.colleague):
        TeamMember.objects.create(desk=in_rocket.desk, team=team, agent=agent)
    set_shifts(owner=team, shifts=DAYS[:2], by=in_rocket.admin)
    set_shifts(owner=in_rocket.analyst, shifts=[], by=in_rocket.lead)
    assert len(read_shifts(in_rocket, "Analyst")) == 2
    assert len(read_shifts(in_rocket, "Colleague")) == 7


@pytest.mark.parametrize("who", ["analyst", "colleague", "observer"])
def test_other_agents_cannot_plan(in_rocket: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError):
        set_shifts(owner=in_rocket.analyst, shifts=DAYS, by=getattr(in_rocket, who))
    with pytest.raises(NotAllowedError):
        set_skills(agent=in_rocket.analyst, skills={}, languages=["pt"], by=getattr(in_rocket, who))
    assert Shift.objects.filter(agent=in_rocket.analyst).count() == 7


def test_a_lead_of_another_desk_plans_nothing(in_rocket: Cast, matter: Cast) -> None:
    with pytest.raises(NotAllowedError):
        set_shifts(owner=in_rocket.analyst, shifts=DAYS, by=matter.lead)


@pytest.mark.parametrize(
    ("shifts", "field"),
    [
        ([ShiftFacts(7, 540, 1020, "UTC")], "weekday"),
        ([ShiftFacts(0, 1440, 60, "UTC")], "start"),
        ([ShiftFacts(0, 60, 0, "UTC")], "start"),
        ([ShiftFacts(0, 540, 1020, "Mars/Olympus")], "time_zone"),
        ([ShiftFacts(0, 540, 1020, "UTC"), ShiftFacts(0, 1019, 1100, "UTC")], "shifts"),
        ([ShiftFacts(6, 1320, 360, "UTC"), ShiftFacts(0, 300, 700, "UTC")], "shifts"),
        ([ShiftFacts(0, 0, 1440, "UTC"), ShiftFacts(0, 0, 1440, "UTC")], "shifts"),
        ([ShiftFacts(0, place, place + 1, "UTC") for place in range(29)], "shifts"),
    ],
)
def test_impossible_shifts_are_refused(
    in_rocket: Cast, shifts: list[ShiftFacts], field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        set_shifts(owner=in_rocket.analyst, shifts=shifts, by=in_rocket.lead)
    assert refused.value.field == field
    assert Shift.objects.filter(agent=in_rocket.analyst).count() == 7


def test_shifts_that_meet_are_fine(in_rocket: Cast) -> None:
    shifts = [ShiftFacts(6, 1320, 360, "UTC"), ShiftFacts(0, 360, 700, "UTC")]
    set_shifts(owner=in_rocket.analyst, shifts=shifts, by=in_rocket.lead)
    assert Shift.objects.filter(agent=in_rocket.analyst).count() == 2


def test_skills_and_languages_are_replaced(in_rocket: Cast) -> None:
    ldap, mobile = (
        Skill.objects.create(desk=in_rocket.desk, name=name) for name in ("LDAP", "Mobile")
    )
    set_skills(
        agent=in_rocket.analyst, skills={ldap.pk: 3}, languages=["pt", "en"], by=in_rocket.lead
    )
    set_skills(agent=in_rocket.analyst, skills={mobile.pk: 1}, languages=["de"], by=in_rocket.lead)
    ticket = in_rocket.open_ticket(at=NOON)
    [analyst] = [one for one in list_candidates(ticket).agents if one.agent == in_rocket.analyst]
    assert (analyst.skills, analyst.languages) == ({mobile.pk: 1}, frozenset({"de"}))


@pytest.mark.parametrize(
    ("level", "languages", "field"), [(4, [], "skills"), (2, ["klingon"], "languages")]
)
def test_unknown_levels_and_languages_are_refused(
    in_rocket: Cast, level: int, languages: list[str], field: str
) -> None:
    skill = Skill.objects.create(desk=in_rocket.desk, name="LDAP")
    with pytest.raises(InvalidValueError) as refused:
        set_skills(
            agent=in_rocket.analyst,
            skills={skill.pk: level},
            languages=languages,
            by=in_rocket.lead,
        )
    assert refused.value.field == field
    assert not AgentSkill.objects.exists()
    assert not AgentLanguage.objects.exists()


def test_a_teams_shift_is_not_an_agents(in_rocket: Cast) -> None:
    team = Team.objects.create(desk=in_rocket.desk, name="Nights")
    give_shift(team)
    assert read_shifts(in_rocket, "Analyst") != ()
    assert len(read_shifts(in_rocket, "Analyst")) == 7
