"""A person who left an account gets no word of its tickets anymore, by any path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from accounts.crm.contacts import apply_contacts
from accounts.crm.mapping import ACCOUNTS, CrmContact
from accounts.customers.removal import remove_person
from accounts.import_export.tables import import_csv, preview_csv
from accounts.invitations.accepting import accept_invitation
from accounts.invitations.sending import invite
from accounts.models import Contact, CrmConnection, CrmLink, User
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, MailState, OutgoingEmail, ReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Participant, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_participant,
    change_priority,
    close,
    remind_silent,
    reopen,
    reply,
)
from tickets.timeline import describe_event

SignIn = Callable[[User], Client]
TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
LEFT = "customer@acme.example"
OLD_MAIL = "<old@acme.example>"


def leave(cast: Cast) -> None:
    """Let the manager remove the customer from the account."""
    with desk_scope(cast.desk):
        remove_person(contact=cast.customer, by=cast.manager, at=NOON)


def move_in_the_crm(cast: Cast, sign_in: SignIn) -> None:
    crm = CrmConnection.objects.create(desk=cast.desk, client_id="x")
    CrmLink.objects.create(
        desk=cast.desk, connection=crm, module=ACCOUNTS, record_id="9", account=cast.other_account
    )
    CrmLink.objects.create(
        desk=cast.desk, connection=crm, module="Contacts", record_id="1", contact=cast.customer
    )
    named = frozenset({"email", "account"})
    with transaction.atomic():
        apply_contacts(crm, [CrmContact("1", LEFT, account_record="9", named=named)], NOON)


def move_by_csv(cast: Cast, sign_in: SignIn) -> None:
    data = f"email,account\n{LEFT},{cast.other_account.name}\n".encode()
    import_csv(desk=cast.desk, kind="contacts", data=data, by=cast.admin.user, at=NOON)


def move_by_invitation(cast: Cast, sign_in: SignIn) -> None:
    asked = {"email": LEFT, "kind": "contact", "role": "contact", "account": cast.other_account}
    Contact.objects.filter(pk=cast.customer.pk).update(created_at=NOON - timedelta(days=9))
    _, token = invite(desk=cast.desk, by=cast.admin.user, at=NOON, **asked)
    accept_invitation(desk=cast.desk, token=token, at=NOON, user=cast.customer.user)


def save_in_admin(cast: Cast, sign_in: SignIn, account: str) -> None:
    page = f"/rocket/admin/accounts/contact/{cast.customer.pk}/change/"
    sent = {"email": LEFT, "role": "contact", "may_log_in": "on", "account": account}
    shown = sign_in(cast.admin.user).post(page, sent, follow=True).content.decode()
    assert "no longer gets email about tickets of acme.example Inc." in shown


def move_in_admin(cast: Cast, sign_in: SignIn) -> None:
    save_in_admin(cast, sign_in, str(cast.other_account.pk))


def detach_in_admin(cast: Cast, sign_in: SignIn) -> None:
    save_in_admin(cast, sign_in, "")


def remove_in_the_portal(cast: Cast, sign_in: SignIn) -> None:
    remove_person(contact=cast.customer, by=cast.manager, at=NOON)


WAYS = [
    remove_in_the_portal,
    move_in_admin,
    detach_in_admin,
    move_by_csv,
    move_in_the_crm,
    move_by_invitation,
]


def work(cast: Cast, ticket: Ticket) -> None:
    """Do everything on a ticket that emails its requester or followers."""
    by, lead = Actor.of(cast.analyst), Actor.of(cast.lead)
    at = NOON + timedelta(minutes=5)
    urgent = next(one for one in cast.priorities.values() if one.rank == 1)
    change_priority(ticket_id=ticket.pk, priority=urgent, by=by, at=at)
    new = NewMessage("Any news?", "web")
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer_colleague, new=new, at=at)
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Confidential.", at=at)
    remind_silent(desk_id=cast.desk.pk, at=at + timedelta(days=6))
    close(ticket_id=ticket.pk, by=by, reason="solved", at=at + timedelta(days=6))
    reopen(ticket_id=ticket.pk, by=lead, at=at + timedelta(days=6))


@pytest.mark.parametrize("way", WAYS)
def test_they_get_no_email_and_see_no_page_of_the_accounts_tickets(
    rocket: Cast, sign_in: SignIn, run_mail: RunMail, way: Callable[[Cast, SignIn], None]
) -> None:
    with desk_scope(rocket.desk):
        mine = rocket.open_ticket()
        closed = rocket.open_ticket(subject="Long ago")
        close(ticket_id=closed.pk, by=Actor.of(rocket.analyst), reason="solved", at=NOON)
        followed = rocket.open_ticket(
            contact=rocket.customer_colleague, participants=[rocket.customer]
        )
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        way(rocket, sign_in)
        mail.outbox.clear()
        for ticket in (mine, followed):
            work(rocket, ticket)
        reopen(ticket_id=closed.pk, by=Actor.of(rocket.lead), at=NOON)
        reply(ticket_id=closed.pk, agent=rocket.analyst, text="Once more.", at=NOON)
    run_mail(rocket.desk, at=NOON + timedelta(days=10_000))  # pages save at the present time
    sent_to = [address for message in mail.outbox for address in message.to]
    assert rocket.manager.email in sent_to
    assert LEFT not in sent_to
    with desk_scope(rocket.desk):
        person = Contact.objects.get(pk=rocket.customer.pk)
        assert person.account_id != rocket.account.pk
        assert not tickets_for_contact(person).exists()
        assert not ReplyToken.objects.filter(contact=person).exists()


def test_each_ticket_has_one_event_and_names_its_new_requester(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        mine = rocket.open_ticket(participants=[rocket.manager])
        followed = rocket.open_ticket(
            contact=rocket.customer_colleague, participants=[rocket.customer]
        )
        elsewhere = rocket.open_ticket(contact=rocket.elsewhere, participants=[rocket.customer])
        before = mine.events.count()
    leave(rocket)
    with desk_scope(rocket.desk):
        mine.refresh_from_db()
        assert (mine.contact, mine.account) == (rocket.manager, rocket.account)
        assert not mine.participants.exists()
        event = mine.events.get(kind=EventKind.REQUESTER_LEFT)
        assert mine.events.count() == before + 1
        assert (event.actor_name, event.data["contact"]) == ("Boss", rocket.customer.pk)
        said = "The requester left the account. Boss is the requester now."
        assert describe_event(event, rocket.desk) == said
        assert followed.events.filter(kind=EventKind.PARTICIPANT_REMOVED).count() == 1
        assert Participant.objects.get().ticket == elsewhere  # an agent's choice, not the account's


def test_who_takes_the_requests(rocket: Cast) -> None:
    """The manager who leaves hands over to another; without managers a point of contact does."""
    with desk_scope(rocket.desk):
        mine = rocket.open_ticket(contact=rocket.manager)
        remaining = Contact.objects.filter(pk=rocket.customer_colleague.pk)
        remaining.update(role="manager")
        remove_person(contact=rocket.manager, by=rocket.manager, at=NOON)
        mine.refresh_from_db()
        assert mine.contact == rocket.customer_colleague
        remaining.update(account=None, role="contact")
        alone = rocket.open_ticket(contact=rocket.elsewhere)
        move = f"email,account\n{rocket.elsewhere.email},{rocket.account.name}\n".encode()
        import_csv(desk=rocket.desk, kind="contacts", data=move, by=rocket.admin.user, at=NOON)
        alone.refresh_from_db()
        assert alone.contact == rocket.elsewhere  # nobody of that account could answer


def test_a_point_of_contact_takes_the_requests_of_an_account_without_managers(
    rocket: Cast,
) -> None:
    with desk_scope(rocket.desk):
        rocket.manager.delete()
        mine = rocket.open_ticket()
        move = f"email,account\n{LEFT},{rocket.other_account.name}\n".encode()
        import_csv(desk=rocket.desk, kind="contacts", data=move, by=rocket.admin.user, at=NOON)
        mine.refresh_from_db()
        assert mine.contact == rocket.customer_colleague


def test_a_preview_of_a_csv_file_hands_nothing_over(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        mine = rocket.open_ticket()
        move = f"email,account\n{LEFT},{rocket.other_account.name}\n".encode()
        assert preview_csv(desk=rocket.desk, kind="contacts", data=move, at=NOON).changed == 1
        mine.refresh_from_db()
        assert mine.contact == rocket.customer


@pytest.mark.parametrize("by_token", [True, False])
@pytest.mark.parametrize("is_delivered", [True, False])
def test_their_email_joins_nothing_and_brings_them_back_into_no_account(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, by_token: bool, is_delivered: bool
) -> None:
    """Not by an old reply address, not by thread headers, and not by the account's domain."""
    ticket = take_in(make_mail(message_id=OLD_MAIL)).ticket
    run_mail(rocket.desk)
    to = mail.outbox[-1].reply_to[0] if by_token else "support@rocket.example"
    leave(rocket)
    if is_delivered:
        run_mail(rocket.desk)
    headers = {} if by_token else {"In_Reply_To": OLD_MAIL}
    inbound = take_in(make_mail(to=to, message_id="<new@acme.example>", **headers))
    assert inbound.ticket != ticket
    plain = take_in(make_mail(message_id="<plain@acme.example>"))
    with desk_scope(rocket.desk):
        assert ticket.messages.count() == 1
        assert plain.ticket.account is None
        assert plain.ticket.match_reasons[0]["code"] == "contact_shut_out"
        assert Contact.objects.get(email=LEFT).account is None


def test_what_was_written_for_them_and_not_sent_yet_stays_here(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(participants=[rocket.customer_colleague])
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Confidential.", at=NOON)
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        queued = OutgoingEmail.objects.filter(state=MailState.QUEUED)
        assert queued.filter(contact=rocket.customer).exists()
        remove_person(contact=rocket.customer, by=rocket.manager, at=NOON)
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        assert not queued.filter(contact=rocket.customer).exists()
        assert queued.filter(contact=rocket.customer_colleague).exists()


def test_a_request_that_was_on_its_way_when_they_left_is_not_the_accounts(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        read_before = Contact.objects.get(pk=rocket.customer.pk)
        remove_person(contact=rocket.customer, by=rocket.manager, at=NOON)
        with pytest.raises(ConflictError, match="Customer left their account"):
            rocket.open_ticket(contact=read_before)


def test_an_agent_can_add_a_person_who_left_again(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(contact=rocket.customer_colleague)
    leave(rocket)
    with desk_scope(rocket.desk):
        by = Actor.of(rocket.analyst)
        add_participant(ticket_id=ticket.pk, contact=rocket.customer, by=by, at=NOON)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="With you again.", at=NOON)
    run_mail(rocket.desk)
    assert LEFT in [address for message in mail.outbox for address in message.to]
