"""Defects quote what people wrote on tickets: their names go from there too."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import Agent
from accounts.staff import save_agent
from accounts.tenancy import desk_scope
from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.erasure import erase_person
from helpdesk.privacy.export import export_agent, export_person
from tests.cast import NOON, Cast
from tests.privacy.conftest import ADDRESS, CANARIES, NAME, WORD, Planted
from tests.privacy.search import find_in_tables
from tickets.actors import Actor
from tickets.defects.creating import change_defect, create_defect, suggest_fields
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_note, add_release, move_stage
from tickets.defects.updates.sending import tell_customers
from tickets.models import Defect, DefectFollower, DefectUpdate

AGENT_NAME = "Odalys Ferrumquux"
AGENT_CANARIES = ("odalys", "ferrumquux")


def plant_in_defects(planted: Planted) -> Defect:
    """A defect created from the person's ticket, and one that their other ticket was linked to."""
    cast, ticket = planted.cast, planted.ticket
    engineer, by = cast.level_two, Actor.of(cast.level_two)
    given = {"desk": cast.desk, "agent": engineer, "at": NOON}
    said = {"problem": f"Cana restarted it. {NAME} says it stays broken.", "plan_text": NAME}
    fields = suggest_fields(ticket) | said
    created = create_defect(**given, fields=fields, ticket_id=ticket.pk)
    add_note(defect_id=created.pk, agent=engineer, text=f"Ask {NAME} <{ADDRESS}>", at=NOON)
    move_stage(defect_id=created.pk, stage="planned", by=by, at=NOON, why=f"{NAME} waits")
    tell_customers(desk_id=cast.desk.pk, at=NOON)
    other = create_defect(**given, fields={"title": f"Crash of {ADDRESS}", "steps": f"As {NAME}"})
    pair = {"defect_id": other.pk, "ticket_id": planted.portal_ticket.pk, "agent": engineer}
    link_ticket(**pair, at=NOON)
    said = {"title": f"{NAME} waits", "text": "For Cana"}
    queue_call(
        desk_id=cast.desk.pk, kind=CallKind.CODE_HOST, connection_id=1, key="issue", at=NOON,
        body=said, ticket_id=ticket.pk,
    )  # fmt: skip
    unlink_ticket(**pair, why=f"{NAME} has another problem", at=NOON)
    return created


def test_a_person_is_erased_from_defects(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        defect = plant_in_defects(planted)
        before = defect.revision
    assert set(find_in_tables(CANARIES)) >= {
        "tickets_defect.title", "tickets_defect.problem", "tickets_defect.plan_text",
        "tickets_defectevent.data", "tickets_defectupdate.text",
        "channels_intake_outgoingcall.body",
    }  # fmt: skip
    with desk_scope(planted.cast.desk):
        erase_person(
            desk=planted.cast.desk, contact=planted.contact, by=planted.cast.admin, at=NOON
        )
    assert find_in_tables(CANARIES) == []
    with desk_scope(planted.cast.desk):
        erased = Defect.objects.get(pk=defect.pk)
        assert erased.problem == "[erased] restarted it. [erased] says it stays broken."
        assert erased.title == "[erased]"
        assert erased.revision > before


def test_titles_that_others_wrote_stay(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        defect = create_defect(
            desk=planted.cast.desk, agent=planted.cast.level_two, at=NOON,
            fields={"title": "Crash on upload"}, ticket_id=planted.ticket.pk,
        )  # fmt: skip
        erase_person(
            desk=planted.cast.desk, contact=planted.contact, by=planted.cast.admin, at=NOON
        )
        stayed = Defect.objects.get(pk=defect.pk)
        assert (stayed.title, stayed.links.count()) == ("Crash on upload", 1)


def test_an_export_has_the_updates_that_the_person_got(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        plant_in_defects(planted)
        sent = DefectUpdate.objects.filter(ticket=planted.ticket).exclude(text="").count()
    target = io.BytesIO()
    export_person(
        desk=planted.cast.desk, contact=planted.contact, to=target, at=NOON,
        by=planted.cast.admin.user,
    )  # fmt: skip
    rows = zipfile.ZipFile(target).read("updates_about_defects.jsonl").splitlines()
    assert len(rows) == sent > 0
    assert WORD not in b"".join(rows).decode()


@pytest.fixture
def engineer(rocket: Cast) -> Agent:
    """An engineer who left, and who wrote, owned and followed a defect."""
    with desk_scope(rocket.desk):
        agent = Agent(desk=rocket.desk, name=AGENT_NAME, level="rnd", role="analyst")
        save_agent(agent=agent, email="odalys@rocket.example")
        given = {"desk": rocket.desk, "at": NOON}
        ticket = rocket.open_ticket()
        defect = create_defect(**given, agent=agent, fields={"title": "Crash"}, ticket_id=ticket.pk)
        add_note(defect_id=defect.pk, agent=agent, text="Looks like the cache.\nOdalys", at=NOON)
        changed = {"owner": agent, "problem": f"{AGENT_NAME} saw it crash."}
        change_defect(defect_id=defect.pk, agent=rocket.level_two, fields=changed, at=NOON)
        other = create_defect(**given, agent=rocket.level_two, fields={"title": "Again"})
        merge_defect(defect_id=other.pk, into_id=defect.pk, agent=agent, at=NOON)
        add_release(defect_id=defect.pk, release=Release("9.1"), by=Actor.of(agent), at=NOON)
        Agent.objects.filter(pk=agent.pk).update(is_active=False)
    return agent


def test_an_agent_is_erased_from_defects(rocket: Cast, engineer: Agent, outbox: Path) -> None:
    assert set(find_in_tables(AGENT_CANARIES)) >= {
        "tickets_defect.problem", "tickets_defectevent.data", "tickets_defectevent.actor_name",
    }  # fmt: skip
    with desk_scope(rocket.desk):
        erase_agent(desk=rocket.desk, agent=engineer, by=rocket.admin, at=NOON + timedelta(days=1))
    assert find_in_tables(AGENT_CANARIES) == []
    with desk_scope(rocket.desk):
        assert not DefectFollower.objects.filter(agent=engineer).exists()
        assert Defect.objects.get(title="Crash").problem == "[erased] saw it crash."


def test_an_agents_export_has_what_they_did_to_defects(rocket: Cast, engineer: Agent) -> None:
    target = io.BytesIO()
    export_agent(desk=rocket.desk, agent=engineer, to=target, at=NOON, by=rocket.admin.user)
    archive = zipfile.ZipFile(target)
    kinds = [json.loads(row)["kind"] for row in archive.read("defect_events.jsonl").splitlines()]
    assert {"created", "note", "merged", "released", "stage"} <= set(kinds)
    assert len(archive.read("defects_followed.jsonl").splitlines()) == 1
