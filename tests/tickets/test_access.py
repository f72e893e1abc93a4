"""Access checks: the tickets and files that an agent or a contact may see."""

from __future__ import annotations

import pytest

from accounts.models import Agent, Contact
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.access import (
    can_see_ticket,
    get_attachment_for_agent,
    get_attachment_for_contact,
    get_ticket_for_agent,
    get_ticket_for_contact,
    tickets_for_agent,
    tickets_for_contact,
)
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Ticket
from tickets.services import add_note

FILE = NewFile("log.txt", "text/plain", b"frozen")


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(participants=[in_rocket.elsewhere], files=(FILE,))


def list_readers(cast: Cast, ticket: Ticket) -> set[Contact]:
    people = [
        cast.customer,
        cast.customer_colleague,
        cast.manager,
        cast.elsewhere,
        cast.stranger,
    ]
    return {person for person in people if ticket in tickets_for_contact(person)}


def test_requester_follower_and_the_accounts_manager_see_a_ticket(
    in_rocket: Cast, ticket: Ticket
) -> None:
    assert list_readers(in_rocket, ticket) == {
        in_rocket.customer,
        in_rocket.elsewhere,
        in_rocket.manager,
    }


def test_a_manager_without_an_account_sees_their_own_only(in_rocket: Cast, ticket: Ticket) -> None:
    Contact.objects.filter(pk=in_rocket.manager.pk).update(account=None)
    manager = Contact.objects.get(pk=in_rocket.manager.pk)
    own = in_rocket.open_ticket(contact=manager)
    without_account = in_rocket.open_ticket(contact=in_rocket.stranger)
    assert without_account.account is None
    assert set(tickets_for_contact(manager)) == {own}


def test_a_ticket_of_an_unverified_sender_is_on_no_portal(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(is_unverified=True, participants=[in_rocket.elsewhere])
    assert list_readers(in_rocket, ticket) == set()


def test_a_ticket_that_one_opened_and_follows_is_listed_once(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(contact=in_rocket.manager)
    assert list(tickets_for_contact(in_rocket.manager)) == [ticket]


def test_a_number_leads_to_a_ticket_or_to_none(in_rocket: Cast, ticket: Ticket) -> None:
    number = ticket.number
    assert get_ticket_for_agent(in_rocket.observer, number) == ticket
    assert get_ticket_for_contact(in_rocket.customer, number) == ticket
    with pytest.raises(Ticket.DoesNotExist):
        get_ticket_for_contact(in_rocket.stranger, number)
    for missing in (number + 1, 0, -1):
        with pytest.raises(Ticket.DoesNotExist):
            get_ticket_for_agent(in_rocket.admin, missing)


def test_another_desk_has_the_same_numbers_and_not_the_same_tickets(
    in_rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    with desk_scope(matter.desk):
        other = matter.open_ticket()
        assert other.number == ticket.number
        assert get_ticket_for_agent(matter.analyst, other.number) == other
        assert list(tickets_for_agent(in_rocket.admin)) == []
        assert list(tickets_for_contact(in_rocket.customer)) == []


def test_a_public_file_is_for_those_who_see_the_ticket(
    in_rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    file = Attachment.objects.get(message__ticket=ticket)
    assert get_attachment_for_agent(in_rocket.observer, file.pk) == file
    assert get_attachment_for_contact(in_rocket.elsewhere, file.pk) == file
    with pytest.raises(Attachment.DoesNotExist):
        get_attachment_for_contact(in_rocket.stranger, file.pk)
    with desk_scope(matter.desk), pytest.raises(Attachment.DoesNotExist):
        get_attachment_for_agent(matter.admin, file.pk)


def test_a_file_of_a_note_is_for_agents_only(in_rocket: Cast, ticket: Ticket) -> None:
    note = add_note(
        ticket_id=ticket.pk, agent=in_rocket.analyst, text="See log", files=(FILE,), at=NOON
    )
    file = Attachment.objects.get(note=note)
    assert get_attachment_for_agent(in_rocket.analyst, file.pk) == file
    for contact in (in_rocket.customer, in_rocket.manager):
        with pytest.raises(Attachment.DoesNotExist):
            get_attachment_for_contact(contact, file.pk)


def test_a_hidden_ticket_hides_its_files(in_rocket: Cast) -> None:
    close_department(in_rocket, "paid", members=(in_rocket.analyst,))
    ticket = in_rocket.open_ticket(files=(FILE,))
    file = Attachment.objects.get(message__ticket=ticket)
    outsider = Agent.objects.get(pk=in_rocket.colleague.pk)
    assert not can_see_ticket(outsider, department_id=ticket.department_id, assignee_id=None)
    with pytest.raises(Ticket.DoesNotExist):
        get_ticket_for_agent(outsider, ticket.number)
    with pytest.raises(Attachment.DoesNotExist):
        get_attachment_for_agent(outsider, file.pk)
    member = Agent.objects.get(pk=in_rocket.analyst.pk)
    assert get_attachment_for_agent(member, file.pk) == file
