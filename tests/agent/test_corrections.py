"""An agent corrects a ticket's subject, requester and account, and verifies its sender."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from accounts.models import Account, Contact
from channels_intake.models import BlockedSender
from sla.models import Clock
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Participant, Ticket
from tickets.services import change_account, change_subject, choose_requester, verify_by_hand

ACTS = ("subject", "requester/change", "account", "verification")


def page_of(ticket: Ticket, act: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{act and f'{act}/'}"


def send(client: Client, ticket: Ticket, act: str, **values: object) -> str:
    response = client.post(page_of(ticket, act), values, follow=True)
    return unescape(response.content.decode())


def read(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("contact", "account").get(pk=ticket.pk)


def test_the_subject_changes_with_both_in_the_history(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    form = client.get(page_of(ticket, "subject")).content.decode()
    assert f'value="{ticket.subject}"' in form
    text = send(client, ticket, "subject", subject="Cluster  is down", expected=ticket.subject)
    assert "Subject changed." in text
    assert f"changed the subject from “{ticket.subject}” to “Cluster is down”." in text
    with inside(rocket):
        assert read(ticket).subject == "Cluster is down"
        send(client, ticket, "subject", subject="Cluster is down")
        assert ticket.events.filter(kind=EventKind.SUBJECT_CHANGED).count() == 1


@pytest.mark.parametrize("subject", ["", "   ", "x" * 251])
def test_a_subject_that_is_none_is_refused_and_kept_in_the_form(
    rocket: Cast, client: Client, ticket: Ticket, subject: str
) -> None:
    response = client.post(page_of(ticket, "subject"), {"subject": subject})
    assert response.status_code == 422
    with inside(rocket):
        assert read(ticket).subject == ticket.subject


def test_of_two_agents_the_second_is_told_and_can_overwrite(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    send(client, ticket, "subject", subject="First", expected=ticket.subject)
    second = {"subject": "Second", "expected": ticket.subject}
    response = client.post(page_of(ticket, "subject"), second)
    text = unescape(response.content.decode())
    assert response.status_code == 422
    assert "The subject was changed to “First” while you were editing." in text
    assert 'value="Second"' in text
    assert 'name="expected" value="First"' in text
    assert "Subject changed." in send(client, ticket, "subject", subject="Second", expected="First")


def test_another_requester_whose_request_it_is_takes_it_to_their_account(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    given = {"contact": rocket.elsewhere.email, "is_checked": "on", "expected": ticket.contact_id}
    text = send(client, ticket, "requester/change", **given)
    assert f"{rocket.elsewhere} is now the requester." in text
    assert f"The ticket now belongs to {rocket.other_account.name}." in text
    with inside(rocket):
        changed = read(ticket)
        assert changed.contact == rocket.elsewhere
        assert changed.account == rocket.other_account
        assert not changed.is_unverified
        seen = {
            person.pk: tickets_for_contact(person).filter(pk=ticket.pk).exists()
            for person in (rocket.elsewhere, rocket.customer, rocket.manager)
        }
        assert seen == {
            rocket.elsewhere.pk: True,
            rocket.customer.pk: False,
            rocket.manager.pk: False,
        }


def test_the_former_requester_can_keep_following(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    given = {"contact": rocket.customer_colleague.email, "keeps_following": "on"}
    send(client, ticket, "requester/change", is_checked="on", **given)
    with inside(rocket):
        assert Participant.objects.get(ticket=ticket).contact == rocket.customer
        assert tickets_for_contact(rocket.customer).filter(pk=ticket.pk).exists()


def test_an_unchecked_requester_is_unverified_without_an_account_or_clock(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    text = send(client, ticket, "requester/change", contact="new@elsewhere.example")
    assert "new@elsewhere.example is now the requester." in text
    with inside(rocket):
        changed = read(ticket)
        assert (changed.contact.email, changed.account) == ("new@elsewhere.example", None)
        assert changed.is_unverified
        assert Clock.objects.get(ticket=ticket).stopped_at is not None
        assert not tickets_for_contact(changed.contact).exists()


@pytest.mark.parametrize("typed", ["", "nobody", "#999999", "support@rocket.example", "foreign"])
def test_nobody_else_becomes_the_requester(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, typed: str
) -> None:
    contact = f"#{matter.customer.pk}" if typed == "foreign" else typed
    response = client.post(page_of(ticket, "requester/change"), {"contact": contact})
    assert response.status_code == 422
    with inside(rocket):
        assert read(ticket).contact == rocket.customer


@pytest.mark.parametrize("value", ["elsewhere.example", "spam@elsewhere.example"])
def test_a_blocked_sender_does_not_become_the_requester(
    rocket: Cast, client: Client, ticket: Ticket, value: str
) -> None:
    with inside(rocket):
        BlockedSender.objects.create(desk=rocket.desk, value=value, blocked_at=NOON)
    asked = {"contact": "spam@elsewhere.example"}
    response = client.post(page_of(ticket, "requester/change"), asked)
    assert response.status_code == 422
    assert "is a blocked sender" in response.content.decode()
    with inside(rocket):
        assert read(ticket).contact == rocket.customer


def test_another_account_brings_its_plan_and_its_managers(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        Account.objects.filter(pk=rocket.other_account.pk).update(plan=None)
    given = {"account_name": rocket.other_account.name, "expected": ticket.account_id}
    text = send(client, ticket, "account", **given)
    assert f"Moved to the account {rocket.other_account.name}." in text
    with inside(rocket):
        changed = read(ticket)
        assert (changed.account, changed.contact) == (rocket.other_account, rocket.customer)
        assert Clock.objects.get(ticket=ticket).stopped_at is not None
        assert not tickets_for_contact(rocket.manager).filter(pk=ticket.pk).exists()
        event = ticket.events.get(kind=EventKind.ACCOUNT_CHANGED)
        assert event.data["account"] == [rocket.account.name, rocket.other_account.name]
    assert "Account removed" in send(client, ticket, "account", account_name="")
    with inside(rocket):
        assert read(ticket).account is None


def test_an_account_of_another_desk_or_an_unknown_one_is_refused(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    for name in (matter.account.name, "No such account"):
        response = client.post(page_of(ticket, "account"), {"account_name": name})
        assert response.status_code == 422
        assert "No account is named" in response.content.decode()
    by = Actor.of(rocket.analyst)
    with inside(rocket), pytest.raises((NotAllowedError, ConflictError)):
        change_account(ticket_id=ticket.pk, account=matter.account, by=by, at=NOON)


def test_an_unverified_ticket_gets_no_account_until_an_agent_checked(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(is_unverified=True)
        Ticket.objects.filter(pk=ticket.pk).update(account=None)
    text = client.get(page_of(ticket)).content.decode()
    assert page_of(ticket, "verification") in text
    assert page_of(ticket, "account") not in text
    response = client.post(page_of(ticket, "account"), {"account_name": rocket.account.name})
    assert "Verify the sender first." in response.content.decode()
    assert client.post(page_of(ticket, "verification"), {"why": " "}).status_code == 422
    text = send(client, ticket, "verification", why="Called back")
    assert f"verified that the sender is {rocket.customer}. Reason: Called back" in text
    with inside(rocket):
        changed = read(ticket)
        assert (changed.is_unverified, changed.account) == (False, rocket.account)
        assert Clock.objects.filter(ticket=ticket, stopped_at=None).exists()
    assert "is already verified" in send(client, ticket, "verification", why="Called back")
    with inside(rocket):
        assert ticket.events.filter(kind=EventKind.SENDER_VERIFIED).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_observers_customers_and_other_desks_correct_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn, act: str
) -> None:
    people = {rocket.observer: 403, matter.admin: 404, rocket.customer: 404}
    for person, status in people.items():
        assert sign_in(person.user).get(page_of(ticket, act)).status_code == status
        assert sign_in(person.user).post(page_of(ticket, act), {}).status_code == status


def test_an_observer_is_refused_by_the_services_too(rocket: Cast, ticket: Ticket) -> None:
    with inside(rocket):
        as_observer = {"ticket_id": ticket.pk, "by": Actor.of(rocket.observer), "at": NOON}
        with pytest.raises(NotAllowedError):
            change_subject(subject="Mine", **as_observer)
        with pytest.raises(NotAllowedError):
            change_account(account=None, **as_observer)
        with pytest.raises(NotAllowedError):
            verify_by_hand(why="Because", **as_observer)
        asked = {"contact": rocket.manager, "is_checked": True, "keeps_following": False}
        with pytest.raises(NotAllowedError):
            choose_requester(**asked, **as_observer)


def test_a_person_who_was_erased_does_not_become_the_requester(
    rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        Contact.objects.filter(pk=rocket.stranger.pk).update(email="1@erased.invalid")
        asked = {"is_checked": True, "keeps_following": False}
        by, at = Actor.of(rocket.analyst), NOON + timedelta(hours=1)
        with pytest.raises(ConflictError):
            choose_requester(ticket_id=ticket.pk, contact=rocket.stranger, by=by, at=at, **asked)
