"""Followers of a defect are notified of what concerns their role (M100)."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report
from tickets.defects.creating import change_defect
from tickets.defects.followers.following import follow_defect, unfollow_defect
from tickets.defects.linking import link_ticket
from tickets.defects.marks import mark_to_rank
from tickets.defects.merging import merge_defect
from tickets.defects.moving import add_note
from tickets.defects.publishing import set_published
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import Defect, DefectEvent, DefectFollower, Notification, StageSetting
from tickets.notifications import describe_notification

ROLES = ["support", "rnd", "product", "success", "executive"]


@pytest.fixture
def defect(in_rocket: Cast) -> Defect:
    """A defect of the second level, which an agent of each role follows."""
    made = report(in_rocket, in_rocket.open_ticket())
    people = [in_rocket.analyst, in_rocket.colleague, in_rocket.admin, in_rocket.observer]
    for agent, role in zip(people, ROLES[1:], strict=True):
        follow_defect(defect_id=made.pk, agent=agent, by=agent, role=role, at=NOON)
    return made


def read(kind: str) -> dict[str, str]:
    """Return the sentences of a kind by the name of who gets them."""
    found = Notification.objects.filter(kind=f"defect.{kind}").select_related("agent")
    return {notification.agent.name: describe_notification(notification) for notification in found}


def test_everyone_hears_of_a_stage_but_who_moved_it(in_rocket: Cast, defect: Defect) -> None:
    move(in_rocket, defect, "confirmed")
    told = read("stage")
    assert sorted(told) == ["Admin", "Analyst", "Colleague", "Observer"]
    assert told["Analyst"] == f'{defect.key} moved to "Confirmed": Crash on upload'


def test_a_stage_is_named_as_the_desk_names_it(in_rocket: Cast, defect: Defect) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="confirmed", name="SET has it")
    move(in_rocket, defect, "confirmed")
    assert '"SET has it"' in read("stage")["Analyst"]


def test_everyone_hears_of_a_release(in_rocket: Cast, defect: Defect) -> None:
    release(in_rocket, defect)
    assert len(read("released")) == 4


def test_notes_are_for_support_and_engineering(in_rocket: Cast, defect: Defect) -> None:
    add_note(defect_id=defect.pk, agent=in_rocket.lead, text="A race", at=NOON)
    assert sorted(read("note")) == ["Analyst", "Level Two"]


def test_a_new_plan_is_for_those_who_keep_promises(in_rocket: Cast, defect: Defect) -> None:
    fields = {"planned_version": "9.2"}
    change_defect(defect_id=defect.pk, agent=in_rocket.lead, fields=fields, at=NOON)
    assert sorted(read("planned")) == ["Admin", "Colleague", "Level Two"]
    fields = {"severity": "major"}
    change_defect(defect_id=defect.pk, agent=in_rocket.lead, fields=fields, at=NOON)
    assert Notification.objects.filter(kind__startswith="defect.").count() == 3


def test_a_new_owner_is_told_and_hears_like_engineering(in_rocket: Cast) -> None:
    defect = report(in_rocket)
    fields = {"owner": in_rocket.analyst}
    change_defect(defect_id=defect.pk, agent=in_rocket.lead, fields=fields, at=NOON)
    assert list(read("owned")) == ["Analyst"]
    add_note(defect_id=defect.pk, agent=in_rocket.lead, text="A race", at=NOON)
    assert sorted(read("note")) == ["Analyst", "Level Two"]


def test_a_known_issue_is_for_those_who_talk_to_customers(in_rocket: Cast, defect: Defect) -> None:
    given = {"is_published": True, "title": "Uploads fail", "text": "", "at": NOON}
    set_published(defect_id=defect.pk, agent=in_rocket.lead, **given)
    assert sorted(read("published")) == ["Admin", "Colleague", "Level Two"]


def test_a_merge_is_for_support_and_engineering(in_rocket: Cast, defect: Defect) -> None:
    other = report(in_rocket)
    merge_defect(defect_id=other.pk, into_id=defect.pk, agent=in_rocket.lead, at=NOON)
    assert sorted(read("merged")) == ["Analyst", "Level Two"]


def test_a_significant_impact_is_told_once_also_to_leads(in_rocket: Cast, defect: Defect) -> None:
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(major_impact=2)
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    assert read("major") == {}
    ticket = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    for _ in range(2):
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
        mark_to_rank(defect)
        rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    assert sorted(read("major")) == [
        "Admin", "Analyst", "Colleague", "Lead", "Level Two", "Observer",
    ]  # fmt: skip
    event = DefectEvent.objects.get(kind="major")
    assert event.data == {"accounts": 2, "limit": 2}


def test_an_added_colleague_is_told_who_added_them(in_rocket: Cast, defect: Defect) -> None:
    given = {"agent": in_rocket.lead, "by": in_rocket.analyst, "at": NOON}
    follow_defect(defect_id=defect.pk, role="product", **given)
    assert read("added")["Lead"].startswith("Analyst added you as a follower")
    assert "Analyst" not in read("added")


def test_following_again_changes_the_role_and_unfollowing_ends_it(
    in_rocket: Cast, defect: Defect
) -> None:
    me = {"defect_id": defect.pk, "agent": in_rocket.analyst, "by": in_rocket.analyst, "at": NOON}
    for role in ("success", "success"):
        follow_defect(role=role, **me)
    assert DefectFollower.objects.get(agent=in_rocket.analyst).role == "success"
    for _ in range(2):
        unfollow_defect(**me)
    assert not DefectFollower.objects.filter(agent=in_rocket.analyst).exists()
    followed = DefectEvent.objects.filter(kind="followed", data__agent="Analyst")
    assert [event.data["is_following"] for event in followed] == [True, True, False]
    move(in_rocket, defect, "confirmed")
    assert "Analyst" not in read("stage")


def test_who_may_follow(in_rocket: Cast, defect: Defect) -> None:
    def add(agent: Agent, by: Agent, role: str = "product") -> None:
        follow_defect(defect_id=defect.pk, agent=agent, by=by, role=role, at=NOON)

    with pytest.raises(NotAllowedError):
        add(in_rocket.lead, in_rocket.observer)
    with pytest.raises(InvalidValueError):
        add(in_rocket.lead, in_rocket.lead, "boss")
    in_rocket.lead.is_active = False
    with pytest.raises(InvalidValueError):
        add(in_rocket.lead, in_rocket.analyst)
    other = report(in_rocket)
    merge_defect(defect_id=other.pk, into_id=defect.pk, agent=in_rocket.analyst, at=NOON)
    with pytest.raises(ConflictError):
        follow_defect(
            defect_id=other.pk, agent=in_rocket.admin, by=in_rocket.admin, role="rnd", at=NOON
        )


def test_an_agent_who_left_hears_nothing(in_rocket: Cast, defect: Defect) -> None:
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    move(in_rocket, defect, "confirmed")
    assert "Analyst" not in read("stage")


def test_a_known_issue_needs_a_public_title(in_rocket: Cast, defect: Defect) -> None:
    given = {"is_published": True, "title": " ", "text": "", "at": NOON}
    with pytest.raises(InvalidValueError):
        set_published(defect_id=defect.pk, agent=in_rocket.lead, **given)
    assert not Defect.objects.get(pk=defect.pk).is_published
