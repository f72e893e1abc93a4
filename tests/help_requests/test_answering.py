"""The three ends of a request for help: an answer, documentation, or a defect."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tests.help_requests.helpers import ask, deliver_all, make_group
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.help_requests.answering import Outcome, answer_request
from tickets.models import (
    Defect,
    DefectLink,
    HelpRequest,
    HelpState,
    Note,
    Notification,
    State,
    Ticket,
)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def asked(in_rocket: Cast, ticket: Ticket) -> HelpRequest:
    return ask(in_rocket, ticket, make_group(in_rocket))


def answer(cast: Cast, asked: HelpRequest, state: str, **more: Any) -> HelpRequest:
    """Answer as a member of the group."""
    agent = more.pop("agent", cast.level_two)
    agent.desk = cast.desk
    outcome = Outcome(HelpState(state), **more)
    return answer_request(help_id=asked.pk, agent=agent, outcome=outcome, at=NOON)


def test_an_answer_is_a_note_on_the_ticket_and_its_asker_is_notified(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    ended = answer(in_rocket, asked, "answered", text="8 GB are needed")
    note = Note.objects.get(ticket=ticket)
    assert (note.body_text, note.agent) == ("8 GB are needed", in_rocket.level_two)
    assert (ended.state, ended.ended_by, ended.warn_at) == ("answered", in_rocket.level_two, None)
    event = ticket.events.get(kind=EventKind.HELP_ENDED)
    assert (event.data["note"], event.data["outcome"]) == (note.pk, "answered")
    deliver_all(ticket)
    told = Notification.objects.filter(event=event)
    assert [one.agent for one in told] == [in_rocket.analyst]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.level) == (State.OPEN, "l1")


def test_changed_documentation_is_linked(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    url = "https://docs.example.com/memory"
    ended = answer(in_rocket, asked, "documented", text="Now it says 8 GB", url=url)
    assert ended.url == url
    assert Note.objects.get(ticket=ticket).body_text == f"Now it says 8 GB\n\n{url}"


def test_a_defect_is_linked_or_created_in_the_same_step(
    in_rocket: Cast, ticket: Ticket, asked: HelpRequest
) -> None:
    known = report(in_rocket)
    ended = answer(in_rocket, asked, "defect", defect=known)
    assert ended.defect == known
    assert DefectLink.objects.filter(ticket=ticket, defect=known).exists()
    again = ask(in_rocket, ticket, asked.group)
    fields = {"title": "Leak in uploads", "problem": "Memory grows"}
    made = answer(in_rocket, again, "defect", text="A leak", new_defect=fields).defect
    assert made is not None
    assert (made.title, made.problem) == ("Leak in uploads", "Memory grows")
    ticket.refresh_from_db()
    assert ticket.has_defects
    assert set(ticket.defect_links.values_list("defect", flat=True)) == {known.pk, made.pk}


def test_nothing_is_created_if_the_request_has_ended(in_rocket: Cast, asked: HelpRequest) -> None:
    answer(in_rocket, asked, "answered", text="8 GB")
    with pytest.raises(ConflictError, match="Level Two has already ended"):
        answer(in_rocket, asked, "defect", new_defect={"title": "Too late"})
    assert not Defect.objects.exists()
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "given", "field"),
    [
        ("answered", {}, "text"),
        ("documented", {"text": "Look there"}, "url"),
        ("defect", {"text": "A bug"}, "defect"),
        ("withdrawn", {"text": "x"}, "outcome"),
    ],
)
def test_each_outcome_needs_its_own(
    in_rocket: Cast, asked: HelpRequest, state: str, given: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        answer(in_rocket, asked, state, **given)
    assert refused.value.field == field


def test_only_members_and_leads_answer(in_rocket: Cast, asked: HelpRequest) -> None:
    for agent in (in_rocket.colleague, in_rocket.observer):
        with pytest.raises(NotAllowedError):
            answer(in_rocket, asked, "answered", text="I guess", agent=agent)
    assert answer(in_rocket, asked, "answered", text="8 GB", agent=in_rocket.lead)
