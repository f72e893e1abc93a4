"""Two contacts of one person become one: what moves, what ends, who may, and who can't."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.customers.saving import save_contact
from accounts.invitations.sending import InvitationError, invite, list_open
from accounts.models import (
    AuditEntry,
    Contact,
    ContactHandle,
    CrmConnection,
    CrmLink,
    HandleProof,
    InvitedAs,
    MergedContact,
    Network,
    User,
)
from accounts.services import AddressTakenError, claim_contact
from accounts.tenancy import desk_scope
from channels_intake.connections.merging import find_merge_problem
from channels_intake.models import OutgoingEmail, ReplyToken
from channels_intake.models.outgoing import MailKind
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.merging.conftest import HOME, WHY, merge
from tests.people.handles import make_handle, write_by_handle
from tests.races.threads import at_once
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.defects.creating import create_defect
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import DefectUpdate, Message, Participant, SavedView, Ticket, TicketEvent
from tickets.services import add_participant
from tickets.timeline import describe_event


def test_tickets_messages_and_identities_go_to_the_one_who_stays(
    in_rocket: Cast, home: Contact
) -> None:
    ticket, number = in_rocket.open_ticket(contact=home), home.pk
    person = write_by_handle(in_rocket, make_handle(in_rocket))
    ContactHandle.objects.update(contact=home)
    Ticket.objects.filter(pk=person.ticket.pk).update(contact=home)
    assert merge(in_rocket, home) == in_rocket.customer
    assert not Contact.objects.filter(pk=number).exists()
    assert {each.contact for each in Ticket.objects.all()} == {in_rocket.customer}
    assert Message.objects.get(ticket=ticket).contact == in_rocket.customer
    handle = ContactHandle.objects.get()
    assert (handle.contact, handle.proof) == (in_rocket.customer, HandleProof.AGENT)
    kept = MergedContact.objects.get()
    assert (kept.contact, kept.former_id, kept.email) == (in_rocket.customer, number, HOME)


def test_history_and_audit_log_say_who_merged_whom_and_why(in_rocket: Cast, home: Contact) -> None:
    ticket, number = in_rocket.open_ticket(contact=home), home.pk
    merge(in_rocket, home)
    event = TicketEvent.objects.get(kind="contact.merged")
    assert (event.ticket_id, event.data["contact"]) == (ticket.pk, number)
    assert describe_event(event, in_rocket.desk) == (
        f"{in_rocket.lead} merged the contact Cy at home into {in_rocket.customer}. Reason: {WHY}"
    )
    entry = AuditEntry.objects.get(action="contact_merged")
    assert (entry.actor, entry.target) == (in_rocket.lead.name, "Cy at home")
    assert entry.detail["contact"] == [number, in_rocket.customer.pk]
    assert entry.detail["reason"] == WHY


def test_open_requests_join_the_account_with_its_clock_and_closed_or_unverified_ones_dont(
    in_rocket: Cast, home: Contact
) -> None:
    ticket = in_rocket.open_ticket(contact=home)
    unverified = in_rocket.open_ticket(contact=home, is_unverified=True)
    assert not Clock.objects.filter(ticket=ticket).exists()
    merge(in_rocket, home)
    ticket.refresh_from_db()
    unverified.refresh_from_db()
    assert (ticket.contact, ticket.account) == (in_rocket.customer, in_rocket.account)
    assert Clock.objects.filter(ticket=ticket, kind="first_response").exists()
    assert (unverified.contact, unverified.account) == (in_rocket.customer, None)
    assert unverified.is_unverified


def test_nobody_follows_twice_or_follows_their_own_request(in_rocket: Cast, home: Contact) -> None:
    agent = Actor.of(in_rocket.analyst)
    own, homes = in_rocket.open_ticket(), in_rocket.open_ticket(contact=home)
    others = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    add_participant(ticket_id=own.pk, contact=home, by=agent, at=NOON)
    add_participant(ticket_id=homes.pk, contact=in_rocket.customer, by=agent, at=NOON)
    for contact in (home, in_rocket.customer):
        add_participant(ticket_id=others.pk, contact=contact, by=agent, at=NOON)
        ReplyToken.objects.create(
            desk=in_rocket.desk, ticket=others, contact=contact, created_at=NOON
        )
    merge(in_rocket, home)
    [follower] = Participant.objects.all()
    assert (follower.ticket, follower.contact) == (others, in_rocket.customer)
    assert ReplyToken.objects.get().contact == in_rocket.customer


def test_whatever_refers_to_the_contact_moves(in_rocket: Cast, home: Contact) -> None:
    ticket = in_rocket.open_ticket(contact=home)
    event = TicketEvent.objects.filter(ticket=ticket).first()
    mail = OutgoingEmail.objects.create(
        desk=in_rocket.desk, ticket=ticket, event=event, contact=home, kind=MailKind.REPLY,
        to_address=HOME, rfc_message_id="a@rocket.example", created_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    crm = CrmConnection.objects.create(desk=in_rocket.desk, client_id="x")
    link = CrmLink.objects.create(
        desk=in_rocket.desk, connection=crm, module="Contacts", record_id="7", contact=home
    )
    view = SavedView.objects.create(
        desk=in_rocket.desk,
        name="Cy",
        conditions={"requester": f"{home.pk},{in_rocket.elsewhere.pk}", "status": "open"},
        updated_at=NOON,
    )
    merge(in_rocket, home)
    for row in (mail, link, view):
        row.refresh_from_db()
    assert {mail.contact, link.contact} == {in_rocket.customer}
    wanted = f"{in_rocket.customer.pk},{in_rocket.elsewhere.pk}"
    assert view.conditions == {"requester": wanted, "status": "open"}


def test_who_had_an_update_about_a_defect_doesnt_get_it_again(
    in_rocket: Cast, home: Contact
) -> None:
    ticket, by = in_rocket.open_ticket(contact=home), in_rocket.level_two
    defect = create_defect(
        desk=in_rocket.desk, agent=by, fields={"title": "Crash"}, at=NOON, ticket_id=ticket.pk
    )
    readers = [home.pk, in_rocket.elsewhere.pk]
    told = DefectUpdate.objects.create(
        desk=in_rocket.desk, defect=defect, ticket=ticket, stage="released", stage_run=2,
        text="Fixed", contacts=readers, at=NOON,
    )  # fmt: skip
    merge(in_rocket, home)
    told.refresh_from_db()
    assert told.contacts == [in_rocket.customer.pk, in_rocket.elsewhere.pk]


def test_the_sign_in_and_the_invitation_of_the_other_address_end(
    in_rocket: Cast, home: Contact
) -> None:
    user = User.objects.create_user(HOME, "secret words here")
    EmailAddress.objects.create(user=user, email=HOME, verified=True, primary=True)
    home.user = user
    home.save()
    in_rocket.open_ticket(contact=home)
    invite(
        desk=in_rocket.desk, email=HOME, kind=InvitedAs.CONTACT, role="contact",
        by=in_rocket.admin.user, at=NOON,
    )  # fmt: skip
    merge(in_rocket, home)
    assert not Contact.objects.filter(user=user).exists()
    assert not list_open(NOON).exists()
    assert AuditEntry.objects.filter(action="login_unlinked").exists()
    with pytest.raises(AddressTakenError):
        claim_contact(desk=in_rocket.desk, user=user, email=HOME, at=NOON)
    assert not Contact.objects.filter(email=HOME).exists()
    with pytest.raises(InvitationError):
        invite(
            desk=in_rocket.desk, email=HOME, kind=InvitedAs.CONTACT, role="contact",
            by=in_rocket.admin.user, at=NOON,
        )  # fmt: skip
    assert tickets_for_contact(in_rocket.customer).count() == 1


def test_a_sign_up_that_is_late_for_a_merge_gets_nothing(
    in_rocket: Cast, home: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User.objects.create_user(HOME, "secret words here")
    lock = Contact.objects.select_for_update

    def merged_meanwhile() -> Any:
        monkeypatch.setattr(Contact.objects, "select_for_update", lock)
        merge(in_rocket, home)
        return lock()

    monkeypatch.setattr(Contact.objects, "select_for_update", merged_meanwhile)
    with pytest.raises(AddressTakenError):
        claim_contact(desk=in_rocket.desk, user=user, email=HOME, at=NOON)


def test_nobody_gets_a_right_by_a_merge(in_rocket: Cast, home: Contact) -> None:
    """Whoever has more rights has to be the one who stays."""
    customer, manager = in_rocket.customer, in_rocket.manager
    assert "Keep" in str(find_merge_problem(customer, home))  # account and sign-in
    assert "has the role" in str(find_merge_problem(manager, customer))
    assert find_merge_problem(customer, manager) is None
    assert "belongs to the account" in str(find_merge_problem(in_rocket.elsewhere, customer))
    home.may_log_in = False
    assert "isn't allowed to sign in" in str(find_merge_problem(home, customer))
    home.may_log_in, home.user = True, customer.user
    assert find_merge_problem(home, Contact(desk=home.desk, email="x@y.example")) is not None
    home.user = None
    assert "has none" in str(find_merge_problem(home, Contact(desk=home.desk, pk=-1)))
    assert "same contact" in str(find_merge_problem(home, home))
    gone = Contact(desk=home.desk, pk=-1, email="erased-1@erased.invalid")
    assert "erased" in str(find_merge_problem(gone, customer))
    assert "erased" in str(find_merge_problem(home, gone))


def test_a_phone_number_never_becomes_a_known_customers(in_rocket: Cast) -> None:
    caller = make_handle(in_rocket, "+4930123456", network=Network.PHONE, name="").contact
    with pytest.raises(InvalidValueError) as refused:
        merge(in_rocket, caller)
    assert "caller ID" in str(refused.value)
    assert Contact.objects.filter(pk=caller.pk).exists()


def test_only_leads_and_admins_merge_and_never_across_desks(
    in_rocket: Cast, home: Contact, matter: Cast
) -> None:
    for agent in (in_rocket.analyst, in_rocket.observer):
        with pytest.raises(NotAllowedError):
            merge(in_rocket, home, agent=agent)
    with pytest.raises(InvalidValueError):
        merge(in_rocket, home, into=matter.customer)
    with pytest.raises(InvalidValueError):
        merge(in_rocket, home, agent=matter.admin)
    with pytest.raises(InvalidValueError):
        merge(in_rocket, home, reason="  ")
    assert Contact.objects.filter(pk=home.pk).exists()


def test_addresses_follow_a_second_merge_and_can_become_the_main_one(
    in_rocket: Cast, home: Contact
) -> None:
    club = Contact.objects.create(desk=in_rocket.desk, email="club@web.example")
    merge(in_rocket, home, into=club)
    merge(in_rocket, club)
    people = Contact.objects.filter(desk=in_rocket.desk)
    for address in (HOME, "club@web.example"):
        assert people.with_any_email(address).get() == in_rocket.customer
        assert not people.with_email(address).exists()
    kept = Contact.objects.get(pk=in_rocket.customer.pk)
    kept.email = HOME
    kept.clean()
    save_contact(kept, by=in_rocket.admin.user, at=NOON)
    assert people.with_email(HOME).get() == kept
    assert [one.email for one in MergedContact.objects.all()] == ["", "club@web.example"]


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_into_each_other_one_stays(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        first, second = (
            Contact.objects.create(desk=rocket.desk, email=f"{name}@web.example")
            for name in ("first", "second")
        )
        rocket.open_ticket(contact=first)
    answers = at_once(
        rocket,
        lambda: merge(rocket, first, into=second),
        lambda: merge(rocket, second, into=first),
    )
    assert len([one for one in answers if isinstance(one, ConflictError)]) == 1
    with desk_scope(rocket.desk):
        [kept] = Contact.objects.filter(email__in=["first@web.example", "second@web.example"])
        assert Ticket.objects.get().contact == kept
        assert MergedContact.objects.get().contact == kept
