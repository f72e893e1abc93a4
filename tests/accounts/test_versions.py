"""A desk's configuration version: new with every change, and what is cached by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import Agent, AgentDepartment, Desk
from accounts.tenancy import desk_scope
from accounts.versions import DeskCache
from routing.models import Absence, AgentSkill, ExtraShift, Rotation, Shift, Skill
from routing.presence import record_activity, set_away
from sla.hours import save_version
from sla.models import CalendarWindow, Target
from tests.cast import NOON, Cast


def change_hours(cast: Cast) -> None:
    CalendarWindow.objects.filter(calendar=cast.calendar).update(end_minute=900)
    save_version(cast.calendar)


CHANGES: dict[str, Callable[[Cast], object]] = {
    "an agent is renamed": lambda cast: Agent.objects.filter(pk=cast.analyst.pk).update(name="A"),
    "an agent leaves a department": lambda cast: AgentDepartment.objects.all().delete(),
    "a department is renamed": lambda cast: cast.departments["paid"].save(),
    "a target is shorter": lambda cast: Target.objects.update(amount=60),
    "a calendar has other hours": change_hours,
    "a shift ends": lambda cast: Shift.objects.filter(agent=cast.analyst).delete(),
    "an agent joins the rotation": lambda cast: Rotation.objects.create(
        desk=cast.desk, agent=cast.observer
    ),
    "an agent learns a skill": lambda cast: AgentSkill.objects.create(
        desk=cast.desk,
        agent=cast.analyst,
        skill=Skill.objects.create(desk=cast.desk, name="LDAP"),
    ),
    "an agent is on leave": lambda cast: Absence.objects.create(
        desk=cast.desk, agent=cast.analyst, start_at=NOON, end_at=NOON + timedelta(days=1)
    ),
    "an agent works an extra shift": lambda cast: ExtraShift.objects.create(
        desk=cast.desk, agent=cast.analyst, start_at=NOON, end_at=NOON + timedelta(hours=8)
    ),
    "the desk is renamed": lambda cast: Desk.objects.filter(pk=cast.desk.pk).update(name="R"),
    "a copy of the desk is saved that was read before": lambda cast: cast.desk.save(),
}


def read_version(cast: Cast) -> UUID:
    version: UUID = Desk.objects.values_list("config_version", flat=True).get(pk=cast.desk.pk)
    return version


@pytest.fixture
def opened(in_rocket: Cast) -> Cast:
    in_rocket.open_ticket()
    return in_rocket


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_gives_the_desk_a_version_it_never_had(
    opened: Cast, matter: Cast, change: Callable[[Cast], object]
) -> None:
    before, others = {read_version(opened), opened.desk.config_version}, read_version(matter)
    with transaction.atomic():
        change(opened)
        undone = read_version(opened)
        transaction.set_rollback(True)
    change(opened)
    assert len(before | {undone, read_version(opened)}) == len(before) + 2
    assert read_version(matter) == others


def test_an_assignment_changes_no_version(opened: Cast) -> None:
    before = read_version(opened)
    opened.open_ticket()
    assert read_version(opened) == before


def test_presence_changes_no_version(opened: Cast) -> None:
    before = read_version(opened)
    set_away(agent=opened.analyst, is_away=True, at=NOON)
    record_activity(agent=opened.analyst, at=NOON + timedelta(hours=1))
    assert read_version(opened) == before


def count_agents(desk_id: int) -> int:
    return Agent.objects.filter(desk_id=desk_id).count()


def test_a_cache_keeps_the_value_of_the_latest_version(in_rocket: Cast) -> None:
    loaded: list[int] = []
    cache = DeskCache(lambda desk_id: loaded.append(desk_id) or count_agents(desk_id))
    desk = in_rocket.desk
    desk.refresh_from_db()
    assert cache.get(desk.pk, desk.config_version) == cache.get(desk.pk, desk.config_version) == 6
    assert loaded == [desk.pk]
    Agent.objects.filter(pk=in_rocket.observer.pk).delete()
    assert cache.get(desk.pk, read_version(in_rocket)) == 5
    assert loaded == [desk.pk] * 2


def test_a_cache_gives_no_other_desk_what_it_keeps(rocket: Cast, matter: Cast) -> None:
    cache = DeskCache(count_agents)
    with desk_scope(rocket.desk):
        assert cache.get(rocket.desk.pk, rocket.desk.config_version) == 6
    with desk_scope(matter.desk):
        assert cache.get(rocket.desk.pk, rocket.desk.config_version) == 0
