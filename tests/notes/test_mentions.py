"""Mentions in notes: whom they notify, and who can't be mentioned."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Agent
from accounts.staff import set_department_members
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.deliveries import deliver_due
from tickets.errors import InvalidValueError
from tickets.models import Note, NoteMention, Notification, Ticket, Watcher
from tickets.notes.mentions import find_mentions, list_newest_mentions, suggest_mentions
from tickets.notifications import describe_notification
from tickets.services import add_note


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    Notification.objects.all().delete()  # of its assignment
    return ticket


def rename(agent: Agent, name: str) -> Agent:
    Agent.objects.filter(pk=agent.pk).update(name=name)
    return Agent.objects.get(pk=agent.pk)


def write(cast: Cast, ticket: Ticket, text: str) -> Note:
    note = add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=NOON)
    deliver_due(desk_id=cast.desk.pk, at=NOON)
    return note


def list_mentioned(note: Note) -> set[tuple[int, str]]:
    return set(NoteMention.objects.filter(note=note).values_list("agent_id", "name"))


def test_a_mention_notifies_and_makes_the_person_watch(in_rocket: Cast, ticket: Ticket) -> None:
    lead = rename(in_rocket.lead, "Ana Souza")
    note = write(in_rocket, ticket, "Please look, @Ana Souza, before noon.")
    assert list_mentioned(note) == {(lead.pk, "Ana Souza")}
    found = Notification.objects.get(agent=lead)
    assert describe_notification(found) == "Analyst mentioned you in a note on RC-1001."
    assert [watcher.agent for watcher in Watcher.objects.filter(ticket=ticket)] == [lead]
    assert [row.ticket_id for row in list_newest_mentions(lead)] == [ticket.pk]


def test_the_name_keeps_its_row_when_the_person_is_renamed(in_rocket: Cast, ticket: Ticket) -> None:
    lead = rename(in_rocket.lead, "Ana Souza")
    note = write(in_rocket, ticket, "@Ana Souza: done?")
    rename(lead, "Ana Lima")
    assert list_mentioned(note) == {(lead.pk, "Ana Souza")}


def test_the_longest_name_is_meant_in_any_case(in_rocket: Cast, ticket: Ticket) -> None:
    rename(in_rocket.colleague, "Ana")
    lead = rename(in_rocket.lead, "Ana Souza")
    assert list_mentioned(write(in_rocket, ticket, "@ana souza?")) == {(lead.pk, "ana souza")}


def test_a_first_name_is_enough_if_only_one_agent_has_it(in_rocket: Cast, ticket: Ticket) -> None:
    lead = rename(in_rocket.lead, "Ana Souza")
    assert list_mentioned(write(in_rocket, ticket, "(@Ana)")) == {(lead.pk, "Ana")}
    rename(in_rocket.colleague, "Ana Lima")
    with pytest.raises(InvalidValueError, match="could be Ana Lima, Ana Souza"):
        write(in_rocket, ticket, "@Ana?")
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    ["ana@souza.example", "x@Lead.example", "@", "@ Lead", "@media", "/@lead/", "@Leadership"],
)
def test_what_is_no_name_mentions_nobody(in_rocket: Cast, ticket: Ticket, text: str) -> None:
    assert list_mentioned(write(in_rocket, ticket, text)) == set()


def test_nobody_is_notified_of_mentioning_themselves(in_rocket: Cast, ticket: Ticket) -> None:
    note = write(in_rocket, ticket, f"@{in_rocket.analyst.name} did it")
    assert list_mentioned(note) == set()
    assert not Notification.objects.exists()


def test_a_department_mentions_its_members_but_not_the_author(
    in_rocket: Cast, ticket: Ticket
) -> None:
    department = in_rocket.departments["paid"]
    members = (in_rocket.analyst, in_rocket.colleague, in_rocket.level_two)
    set_department_members(department=department, agents=members)
    note = write(in_rocket, ticket, f"@{department.name}: who knows this?")
    others = {in_rocket.colleague.pk, in_rocket.level_two.pk}
    assert {agent for agent, _ in list_mentioned(note)} == others
    assert set(Notification.objects.values_list("agent_id", flat=True)) == others


def test_a_person_who_cannot_see_the_ticket_cannot_be_mentioned(
    in_rocket: Cast, ticket: Ticket
) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    colleague = rename(in_rocket.colleague, "Ana Souza")
    for text in ("@Ana Souza", "@ana: look"):
        with pytest.raises(InvalidValueError, match="Ana Souza can't see this ticket"):
            write(in_rocket, ticket, text)
    assert not Note.objects.exists()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=colleague)  # as before it was restricted
    assert list_mentioned(write(in_rocket, ticket, "@Ana Souza"))


def test_a_department_of_which_nobody_sees_the_ticket_is_refused(
    in_rocket: Cast, ticket: Ticket
) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    community = in_rocket.departments["community"]
    set_department_members(department=community, agents=(in_rocket.colleague,))
    with pytest.raises(InvalidValueError, match="Nobody in Community"):
        write(in_rocket, ticket, f"@{community.name}")


def test_inactive_agents_and_those_of_other_desks_are_unknown(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        rename(matter.lead, "Ana Souza")
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        Agent.objects.filter(pk=rocket.colleague.pk).update(is_active=False, name="Ana Lima")
        assert list_mentioned(write(rocket, ticket, "@Ana Souza @Ana Lima")) == set()
        assert suggest_mentions(ticket, "ana", author=rocket.analyst) == []


def test_a_note_mentions_a_limited_number_of_people(
    in_rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.notes.mentions.MAX_MENTIONED", 1)
    text = f"@{in_rocket.lead.name} @{in_rocket.admin.name}"
    with pytest.raises(InvalidValueError, match="up to 1 people"):
        write(in_rocket, ticket, text)


def test_a_note_without_an_at_sign_costs_no_statement(in_rocket: Cast, ticket: Ticket) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert find_mentions(ticket, "Nothing here.", author=in_rocket.analyst) == []
    assert not len(asked)


def test_many_mentions_cost_no_more_statements_than_one(in_rocket: Cast, ticket: Ticket) -> None:
    names = [in_rocket.lead.name, in_rocket.admin.name, in_rocket.colleague.name]

    def count(text: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            find_mentions(ticket, text, author=in_rocket.analyst)
        return len(asked)

    assert count(" ".join(f"@{name}" for name in names)) == count(f"@{names[0]}")


def test_suggestions_are_people_who_see_the_ticket_and_departments(
    in_rocket: Cast, ticket: Ticket
) -> None:
    rename(in_rocket.lead, "Ana Souza")
    rename(in_rocket.colleague, "Bruno Anacleto")
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    found = suggest_mentions(ticket, "ana", author=in_rocket.analyst)
    assert [one.name for one in found] == ["Ana Souza"]
    found = suggest_mentions(ticket, "paid", author=in_rocket.analyst)
    assert [(one.name, one.members) for one in found] == [("Paid Support", 1)]
