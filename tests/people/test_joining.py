"""Handles that turn out to be a known contact's: by an agent's decision, or by proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import AuditEntry, Contact, ContactHandle, HandleProof
from accounts.tenancy import desk_scope
from channels_intake.connections.joining import join_handle, prove_handle, separate_handle
from helpdesk.privacy.erasure import erase_person
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.people.handles import Stranger, make_handle, write_by_handle
from tests.races.threads import at_once, meanwhile
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import Message, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message
from tickets.timeline import describe_event

WHY = "Confirmed on the phone"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(in_rocket: Cast) -> Stranger:
    return write_by_handle(in_rocket, make_handle(in_rocket))


def join(cast: Cast, person: Stranger, contact: Contact | None = None, **changes: object) -> None:
    given: dict = {"agent": cast.analyst, "reason": WHY, "at": NOON} | changes
    join_handle(handle_id=person.handle.pk, contact=contact or cast.customer, **given)


class TestAnAgentsDecision:
    def test_handle_ticket_and_messages_go_to_the_contact(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        join(in_rocket, person)
        handle = ContactHandle.objects.get()
        assert (handle.contact, handle.proof) == (in_rocket.customer, HandleProof.AGENT)
        assert (handle.proven_by, handle.proven_at) == (in_rocket.analyst, NOON)
        assert handle.reason == WHY
        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
        assert Message.objects.get().contact == in_rocket.customer

    def test_the_accounts_clock_starts(self, in_rocket: Cast, person: Stranger) -> None:
        assert not Clock.objects.filter(ticket=person.ticket).exists()
        join(in_rocket, person)
        assert Clock.objects.filter(ticket=person.ticket, kind="first_response").exists()

    def test_the_department_follows(self, in_rocket: Cast, person: Stranger) -> None:
        before = Ticket.objects.get().department
        join(in_rocket, person)
        assert (before, Ticket.objects.get().department) == (
            in_rocket.departments["community"],
            in_rocket.departments["paid"],
        )

    def test_history_and_audit_log_say_who_decided_it_and_why(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        join(in_rocket, person)
        event = TicketEvent.objects.get(kind="requester.changed")
        assert describe_event(event, in_rocket.desk) == (
            f"{in_rocket.analyst} linked Facebook: Maria Jones to the contact "
            f"{in_rocket.customer}. Reason: {WHY} The ticket now belongs to {in_rocket.account}."
        )
        entry = AuditEntry.objects.get(action="handle_joined")
        assert entry.target == "Facebook: Maria Jones"
        assert entry.detail["reason"] == WHY
        assert entry.detail["contact"] == [person.contact.pk, in_rocket.customer.pk]

    def test_nothing_is_left_of_the_person_of_whom_only_the_handle_was_known(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        join(in_rocket, person)
        assert not Contact.objects.filter(pk=person.contact.pk).exists()

    def test_somebody_with_another_handle_stays(self, in_rocket: Cast, person: Stranger) -> None:
        other = make_handle(in_rocket, "another-id-of-hers")
        old = other.contact
        ContactHandle.objects.filter(pk=other.pk).update(contact=person.contact)
        second = write_by_handle(in_rocket, ContactHandle.objects.get(pk=other.pk))
        join(in_rocket, person)
        assert Ticket.objects.get(pk=second.ticket.pk).contact == person.contact
        assert Ticket.objects.get(pk=person.ticket.pk).contact == in_rocket.customer
        assert Contact.objects.filter(pk__in=[person.contact.pk, old.pk]).count() == 2

    def test_twice_is_once(self, in_rocket: Cast, person: Stranger) -> None:
        join(in_rocket, person)
        join(in_rocket, person)
        assert TicketEvent.objects.filter(kind="requester.changed").count() == 1
        assert AuditEntry.objects.filter(action="handle_joined").count() == 1

    def test_joining_elsewhere_takes_along_only_what_the_handle_wrote(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        own = in_rocket.open_ticket()
        join(in_rocket, person)
        join(in_rocket, person, in_rocket.elsewhere, reason="It was the other one")
        assert Ticket.objects.get(pk=own.pk).contact == in_rocket.customer
        moved = Ticket.objects.get(pk=person.ticket.pk)
        assert (moved.contact, moved.account) == (in_rocket.elsewhere, in_rocket.other_account)
        assert Message.objects.get(ticket=moved).contact == in_rocket.elsewhere

    def test_separating_makes_a_person_of_its_own_again(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        join(in_rocket, person)
        handle = separate_handle(
            handle_id=person.handle.pk, agent=in_rocket.analyst, reason="Not Ann", at=NOON
        )
        ticket = Ticket.objects.get()
        assert handle.proof == HandleProof.NONE
        assert (handle.contact.email, handle.contact.name) == ("", "Maria Jones")
        assert (ticket.contact, ticket.account) == (handle.contact, None)
        with pytest.raises(InvalidValueError, match="linked to a contact"):
            separate_handle(handle_id=handle.pk, agent=in_rocket.analyst, reason="Again", at=NOON)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 251])
    def test_it_needs_a_reason(self, in_rocket: Cast, person: Stranger, reason: str) -> None:
        with pytest.raises(InvalidValueError, match=r"Explain how you know|too long"):
            join(in_rocket, person, reason=reason)
        assert Ticket.objects.get().contact == person.contact

    def test_observers_cannot_decide(self, in_rocket: Cast, person: Stranger) -> None:
        with pytest.raises(NotAllowedError):
            join(in_rocket, person, agent=in_rocket.observer)

    def test_a_contact_of_another_desk_is_refused(self, rocket: Cast, matter: Cast) -> None:
        with desk_scope(rocket.desk):
            person = write_by_handle(rocket, make_handle(rocket))
            with pytest.raises(InvalidValueError, match="no such contact"):
                join(rocket, person, matter.customer)

    def test_an_agent_of_another_desk_is_refused(self, rocket: Cast, matter: Cast) -> None:
        with desk_scope(rocket.desk):
            person = write_by_handle(rocket, make_handle(rocket))
        with desk_scope(matter.desk), pytest.raises(ContactHandle.DoesNotExist):
            join(matter, person)

    def test_an_erased_person_is_refused(self, in_rocket: Cast, person: Stranger) -> None:
        gone = in_rocket.elsewhere
        gone.email = "erased-1@erased.invalid"
        with pytest.raises(InvalidValueError, match="no such contact"):
            join(in_rocket, person, gone)


class TestProof:
    def test_a_signed_in_person_gets_their_handle_and_open_tickets(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        contact = in_rocket.customer
        given = {"handle_id": person.handle.pk, "contact": contact, "at": NOON}
        assert prove_handle(**given, proof=HandleProof.PORTAL)
        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.account) == (contact, in_rocket.account)
        event = TicketEvent.objects.get(kind="requester.changed")
        assert describe_event(event, in_rocket.desk).startswith(
            f"Facebook: Maria Jones was verified as {contact}, who was signed in."
        )
        assert AuditEntry.objects.get(action="handle_proven").actor == contact.email
        assert not prove_handle(**given, proof=HandleProof.PORTAL)

    def test_the_persons_own_contact_is_proven_by_its_address(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        own = Contact.objects.get(pk=person.contact.pk)
        own.email, own.account = "maria@acme.example", in_rocket.account
        own.save()
        assert prove_handle(
            handle_id=person.handle.pk, contact=own, proof=HandleProof.EMAIL, at=NOON
        )
        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.account) == (own, in_rocket.account)

    def test_a_proven_handle_stays_with_whoever_proved_it(
        self, in_rocket: Cast, person: Stranger
    ) -> None:
        join(in_rocket, person)
        assert not prove_handle(
            handle_id=person.handle.pk,
            contact=in_rocket.elsewhere,
            proof=HandleProof.EMAIL,
            at=NOON,
        )
        assert Ticket.objects.get().contact == in_rocket.customer

    @pytest.mark.parametrize("proof", [HandleProof.NONE, HandleProof.AGENT, HandleProof.PORTAL])
    def test_a_proof_that_the_person_cannot_have_is_refused(
        self, in_rocket: Cast, person: Stranger, proof: HandleProof
    ) -> None:
        nobody = make_handle(in_rocket, "another").contact
        with pytest.raises(ValueError, match="can't have the proof"):
            prove_handle(handle_id=person.handle.pk, contact=nobody, proof=proof, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_leave_handle_and_ticket_with_one_contact(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        person = write_by_handle(rocket, make_handle(rocket))
    answers = at_once(
        rocket,
        lambda: join(rocket, person),
        lambda: join(rocket, person, rocket.elsewhere),
    )
    assert all(answer is None or isinstance(answer, ConflictError) for answer in answers)
    with desk_scope(rocket.desk):
        handle = ContactHandle.objects.get()
        assert Ticket.objects.get().contact_id == handle.contact_id
        assert Message.objects.get().contact_id == handle.contact_id


@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_meanwhile_is_the_contacts(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        person = write_by_handle(rocket, make_handle(rocket))

    def arrive() -> None:
        with transaction.atomic():
            rocket.open_ticket(contact=make_handle(rocket).contact, channel="facebook")

    meanwhile(rocket, lambda: join(rocket, person), arrive)
    with desk_scope(rocket.desk):
        assert {ticket.contact for ticket in Ticket.objects.all()} == {rocket.customer}


@pytest.mark.django_db(transaction=True)
def test_nobody_is_joined_to_a_person_who_is_erased_meanwhile(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        person = write_by_handle(rocket, make_handle(rocket))

    def erase() -> None:
        erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=NOON)

    answers: list[object] = []

    def try_to_join() -> None:
        try:
            join(rocket, person)
        except ConflictError as refusal:
            answers.append(refusal)

    meanwhile(rocket, erase, try_to_join)
    with desk_scope(rocket.desk):
        assert len(answers) == 1
        assert Ticket.objects.get().contact_id == person.contact.pk


def test_somebody_elses_public_thread_stays_theirs_and_says_who_wrote(in_rocket: Cast) -> None:
    author = write_by_handle(in_rocket, make_handle(in_rocket))
    other = make_handle(in_rocket, "another-id-2", name="Passer-by")
    new = NewMessage(text="Me, too!", channel="facebook")
    add_customer_message(
        ticket_id=author.ticket.pk, contact=other.contact, new=new, at=NOON + MINUTE
    )
    given = {"agent": in_rocket.analyst, "reason": WHY, "at": NOON + MINUTE}
    join_handle(handle_id=other.pk, contact=in_rocket.elsewhere, **given)
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.account) == (author.contact, None)
    wrote = list(Message.objects.order_by("pk").values_list("contact", flat=True))
    assert wrote == [author.contact.pk, in_rocket.elsewhere.pk]
    event = TicketEvent.objects.get(kind="requester.changed")
    assert event.data["requester"] == author.contact.pk
    assert "linked Facebook: Passer-by" in describe_event(event, in_rocket.desk)
