"""Every event of a defect is a sentence, and a desk's own names are in it."""

from __future__ import annotations

from channels_intake.models import CodeTrigger
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report
from tickets.actors import SYSTEM
from tickets.defects.creating import change_defect
from tickets.defects.followers.following import follow_defect, unfollow_defect
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.log import record_defect_event
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Source, add_note
from tickets.defects.publishing import set_published
from tickets.defects.timeline import CAUSES, SENTENCES, describe_defect_event
from tickets.defects.updates.settings import load_stage_settings
from tickets.models import Defect, DefectEvent, DefectEventKind, StageSetting


def read(cast: Cast, defect: Defect) -> list[str]:
    settings = load_stage_settings(cast.desk.pk)
    events = DefectEvent.objects.filter(defect=defect).order_by("pk")
    return [describe_defect_event(event, cast.desk, settings) for event in events]


def test_every_kind_has_a_sentence() -> None:
    assert set(SENTENCES) == set(DefectEventKind)


def test_a_kind_of_a_newer_version_is_shown_as_it_is(in_rocket: Cast) -> None:
    event = DefectEvent(kind="brand_new", actor_kind="agent", data={})
    assert describe_defect_event(event, in_rocket.desk, {}) == "brand_new"


def test_the_life_of_a_defect_in_sentences(in_rocket: Cast) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="confirmed", name="SET has it")
    ticket, other = in_rocket.open_ticket(), in_rocket.open_ticket()
    defect, me = report(in_rocket, ticket), in_rocket.level_two
    of_it = {"defect_id": defect.pk, "agent": me, "at": NOON}
    link_ticket(ticket_id=other.pk, **of_it)
    unlink_ticket(ticket_id=other.pk, why="Another cause", **of_it)
    move(in_rocket, defect, "confirmed", why="Seen")
    source = Source("acme/server#12", "https://github.com/acme/server/pull/12")
    move(in_rocket, defect, "in_progress", by=SYSTEM, cause="pull_request.opened", source=source)
    change_defect(fields={"severity": "major", "steps": "1. Open"}, **of_it)
    add_note(text="A race", **of_it)
    set_published(is_published=True, title="Uploads", text="", **of_it)
    set_published(is_published=False, title="Uploads", text="", **of_it)
    release(in_rocket, defect, "9.1")
    assert read(in_rocket, defect) == [
        f"Level Two reported the defect from {ticket.reference}.",
        f"Level Two linked {other.reference}.",
        f"Level Two removed the link to {other.reference}. Reason: Another cause",
        'Level Two changed the stage from "Reported" to "SET has it". Reason: Seen',
        'The stage changed from "SET has it" to "In progress"'
        " because pull request acme/server#12 was opened.",
        "Level Two changed the defect: Steps to reproduce; Severity from Moderate to Major.",
        "Level Two added a note.",
        "Level Two published the defect as a known issue.",
        "Level Two took the known issue out of the portal.",
        "Level Two added version 9.1 as a release of the fix.",
        'Level Two changed the stage from "In progress" to "Released".',
    ]


def test_every_cause_of_a_code_host_has_a_sentence(in_rocket: Cast) -> None:
    assert set(CodeTrigger) <= set(CAUSES)
    facts = {"stage": ["reported", "tested"], "ref": "v9", "cause": "release.published"}
    event = DefectEvent(kind="stage", actor_kind="system", data=facts)
    assert describe_defect_event(event, in_rocket.desk, {}).endswith(
        "because release v9 was published."
    )
    event.data = facts | {"cause": "of.a.newer.version"}
    assert "because of of.a.newer.version" in describe_defect_event(event, in_rocket.desk, {})


def test_merges_followers_lines_and_impact(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    duplicate, original = report(in_rocket, ticket), report(in_rocket)
    me, lead = in_rocket.level_two, in_rocket.lead
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=me, at=NOON)
    follow_defect(defect_id=original.pk, agent=lead, by=lead, role="product", at=NOON)
    unfollow_defect(defect_id=original.pk, agent=lead, by=lead, at=NOON)
    follow_defect(defect_id=original.pk, agent=lead, by=me, role="success", at=NOON)
    unfollow_defect(defect_id=original.pk, agent=lead, by=me, at=NOON)
    record_defect_event(original, DefectEventKind.MAJOR, {"accounts": 5}, by=SYSTEM, at=NOON)
    assert read(in_rocket, duplicate)[-1] == (
        f"Level Two merged this defect into {original.key}, with 1 ticket."
    )
    assert read(in_rocket, original)[1:] == [
        f"Level Two merged {duplicate.key} into this defect, with 1 ticket.",
        "Lead follows the defect for Product management.",
        "Lead no longer follows the defect.",
        "Level Two added Lead as a follower for Customer Success.",
        "Level Two removed the follower Lead.",
        "The defect now affects 5 accounts: a significant impact on customers.",
    ]


def test_code_links_are_named(in_rocket: Cast) -> None:
    defect = report(in_rocket)
    for what in ("created", "linked", "mentioned", "unlinked"):
        data = {"what": what, "ref": "acme/server#2", "url": ""}
        record_defect_event(defect, DefectEventKind.CODE, data, by=SYSTEM, at=NOON)
    assert read(in_rocket, defect)[1:] == [
        "Plumbline requested an issue in acme/server#2.",
        "Plumbline linked acme/server#2.",
        "acme/server#2 mentions the defect, so it was linked.",
        "Plumbline removed the link to acme/server#2.",
    ]


def test_a_release_for_a_line_names_it(in_rocket: Cast) -> None:
    defect = report(in_rocket)
    data = {"version": "9.1", "line": "ESR", "url": ""}
    record_defect_event(defect, DefectEventKind.RELEASED, data, by=SYSTEM, at=NOON)
    assert "for ESR" in read(in_rocket, defect)[-1]


def test_a_hidden_ticket_is_not_named(in_rocket: Cast) -> None:
    event = DefectEvent(kind="linked", actor_kind="agent", actor_name="Ana", data={"ticket": 0})
    assert describe_defect_event(event, in_rocket.desk, {}) == "Ana linked a ticket."
