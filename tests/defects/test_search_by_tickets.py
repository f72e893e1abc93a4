"""Defects are found and suggested by the tickets they cause, if the agent sees these."""

from __future__ import annotations

import pytest

from accounts.models import Agent
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tests.departments import close_department
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.search.documents import refresh_documents, search_defects
from tickets.defects.search.suggestions import suggest_defects
from tickets.models import Defect, DefectDocument, Ticket

SUBJECT = "MongoDB needs all CPU after the upgrade"


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(subject=SUBJECT)


@pytest.fixture
def defect(in_rocket: Cast, ticket: Ticket) -> Defect:
    """A defect with other words than the ticket that is linked to it."""
    defect = report(in_rocket, title="Change streams are read twice")
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    refresh_documents(desk_id=in_rocket.desk.pk)
    return defect


def find(agent: Agent, words: str) -> list[int]:
    refresh_documents(desk_id=agent.desk_id)
    return search_defects(Agent.objects.get(pk=agent.pk), words)


def test_subjects_and_numbers_of_tickets_find_their_defects(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    for words in ("mongodb", "cpu streams", ticket.reference, str(ticket.number)):
        assert find(in_rocket.analyst, words) == [defect.pk], words
    assert find(in_rocket.analyst, "mongodb unicorn") == []
    assert find(in_rocket.analyst, "streams -mongodb") == []


def test_subjects_of_linked_tickets_suggest_a_defect(in_rocket: Cast, defect: Defect) -> None:
    another = in_rocket.open_ticket(subject="Since the upgrade, MongoDB is busy", text="Help")
    [found] = suggest_defects(another, agent=in_rocket.analyst)
    assert found.defect == defect
    assert set(found.words) == {"upgrade", "mongodb"}


def test_a_link_and_a_new_subject_mark_the_document(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    assert not DefectDocument.objects.get().is_stale
    Ticket.objects.filter(pk=ticket.pk).update(subject="Erased")
    assert find(in_rocket.analyst, "mongodb") == []
    assert find(in_rocket.analyst, "erased") == [defect.pk]
    unlink_ticket(
        defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, why="Other", at=NOON
    )
    assert find(in_rocket.analyst, "erased") == []


def test_tickets_of_a_hidden_department_reveal_nothing(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    kind = next(k for k, d in in_rocket.departments.items() if d.pk == ticket.department_id)
    close_department(in_rocket, kind, members=(in_rocket.level_two,))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    another = in_rocket.open_ticket(subject="Since the upgrade, MongoDB is busy", text="Help")
    outsider, member = (
        Agent.objects.get(pk=one.pk) for one in (in_rocket.analyst, in_rocket.level_two)
    )
    for words in ("mongodb", "streams mongodb", ticket.reference):
        assert find(outsider, words) == [], words
        assert find(member, words) == [defect.pk], words
    assert find(outsider, "streams -mongodb") == [defect.pk]
    assert suggest_defects(another, agent=outsider) == []
    assert len(suggest_defects(another, agent=member)) == 1


def test_a_ticket_that_moves_to_a_hidden_department_is_forgotten(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    kind = next(k for k, d in in_rocket.departments.items() if d.pk != ticket.department_id)
    hidden = close_department(in_rocket, kind, members=())
    assert find(in_rocket.analyst, "mongodb") == [defect.pk]
    Ticket.objects.filter(pk=ticket.pk).update(department=hidden)
    assert find(in_rocket.analyst, "mongodb") == []
