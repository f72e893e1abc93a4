"""Open defects of an agent who left: without an owner, and leads and R&D are told once."""

from __future__ import annotations

import pytest

from accounts.models import Agent, Role
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, move, report
from tickets.defects.creating import change_defect
from tickets.defects.followers.following import follow_defect
from tickets.defects.owning import take_stranded_defects
from tickets.errors import InvalidValueError
from tickets.models import Defect, DefectEvent, Notification
from tickets.notifications import describe_notification
from tickets.tasks import sweep_defect_owners


@pytest.fixture
def defect(in_rocket: Cast) -> Defect:
    """A defect that the analyst owns and a colleague follows."""
    made = report(in_rocket, owner=in_rocket.analyst)
    given = {"agent": in_rocket.colleague, "by": in_rocket.colleague, "at": NOON}
    follow_defect(defect_id=made.pk, role="rnd", **given)
    return made


def test_reporters_follow_for_their_own_part(in_rocket: Cast) -> None:
    Agent.objects.filter(pk=in_rocket.level_two.pk).update(level="rnd")
    in_rocket.level_two.refresh_from_db()
    by_engineer = report(in_rocket)
    in_rocket.level_two.level = "l2"
    by_support = report(in_rocket)
    roles = [one.followers.get().role for one in (by_engineer, by_support)]
    assert roles == ["rnd", "support"]


def leave(agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_active=False)


def list_told() -> dict[str, str]:
    """Return the sentences about a missing owner by agent."""
    found = Notification.objects.filter(kind="defect.unowned").select_related("agent")
    return {each.agent.name: describe_notification(each) for each in found}


def test_who_leaves_owns_no_open_defect_and_others_are_told_once(
    in_rocket: Cast, defect: Defect
) -> None:
    leave(in_rocket.analyst)
    assert sweep_defect_owners() == 1
    assert sweep_defect_owners() == 0
    taken = Defect.objects.get(pk=defect.pk)
    assert taken.owner is None
    assert taken.revision == defect.revision + 1
    assert sorted(list_told()) == ["Colleague", "Lead", "Level Two"]
    assert f"{defect.key} needs a new owner: Crash on upload" in set(list_told().values())
    event = DefectEvent.objects.get(kind="changed")
    assert event.data == {"fields": {"owner": ["Analyst", ""]}}
    assert event.actor_kind == "system"


def test_an_observer_owns_nothing_either(in_rocket: Cast, defect: Defect) -> None:
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(role=Role.OBSERVER)
    assert take_stranded_defects(desk_id=in_rocket.desk.pk, at=LATER) == 1


def test_ended_defects_and_those_of_others_and_of_other_desks_stay(
    in_rocket: Cast, matter: Cast, defect: Defect
) -> None:
    with desk_scope(matter.desk):
        foreign = report(matter, owner=matter.analyst)
    report(in_rocket, owner=in_rocket.lead)
    move(in_rocket, defect, "wont_fix")
    leave(in_rocket.analyst)
    assert sweep_defect_owners() == 0
    assert Defect.objects.get(pk=defect.pk).owner == in_rocket.analyst
    move(in_rocket, defect, "confirmed")  # open again
    assert sweep_defect_owners() == 1
    with desk_scope(matter.desk):
        assert Defect.objects.get(pk=foreign.pk).owner == matter.analyst


def test_nobody_who_left_becomes_the_owner(in_rocket: Cast) -> None:
    for owner in (in_rocket.observer, in_rocket.analyst):
        owner.is_active = False
        with pytest.raises(InvalidValueError) as refused:
            report(in_rocket, owner=owner)
        assert refused.value.field == "owner"
    defect = report(in_rocket)
    given = {"agent": in_rocket.lead, "fields": {"owner": in_rocket.observer}, "at": NOON}
    with pytest.raises(InvalidValueError):
        change_defect(defect_id=defect.pk, **given)


def test_a_new_owner_is_a_task_for_them_and_no_alarm(in_rocket: Cast, defect: Defect) -> None:
    fields = {"owner": None}
    change_defect(defect_id=defect.pk, agent=in_rocket.lead, fields=fields, at=NOON)
    assert list_told() == {}
