"""Less obvious traces of a person are erased too: quarantine, logs, reports, drafts."""

from __future__ import annotations

from pathlib import Path

from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import CrmConnection, CrmPull, CrmSetAside, User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.requests import accept_request
from channels_intake.models import InboundMessage, OutgoingEmail
from channels_intake.outgoing.sending import send_due
from channels_intake.outgoing.tracking import mark_delayed, mark_failed
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, PASSWORD, Cast
from tests.channels_intake.conftest import make_mail
from tests.privacy.conftest import ADDRESS, CANARIES, NAME, SENDER, WORD, Planted, take_in
from tests.privacy.search import find_in_files, find_in_tables
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.models import DeliveryState, EventDelivery, Message, SweepFailure, TicketEvent
from tickets.services import reply
from tickets.services.drafts import save_draft
from tickets.services.requester import change_requester

LONG = "é " * 40  # makes an email's body base64


def erase(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        erase_person(
            desk=planted.cast.desk, contact=planted.contact, by=planted.cast.admin, at=NOON
        )


def root() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("root@host.example", PASSWORD))
    return browser


def release_stray_mail(planted: Planted, matter: Cast) -> None:
    """A mail to nobody, which an installation admin views and releases to the desk."""
    take_in(make_mail(SENDER, to="nobody@nowhere.example", subject=f"Stray {WORD}",
                      message_id="<stray@zanzibarquux.acme.example>"))  # fmt: skip
    with system_scope("test"):
        stray = InboundMessage.objects.get(desk=None)
    admin = root()
    page = f"/admin/channels_intake/inboundmessage/{stray.pk}/change/"
    assert admin.get(page).status_code == 200
    asked = {"do": "release", "sender": "verified", "mailbox": planted.cast.mailbox.pk}
    assert admin.post(f"/admin/mail/{stray.pk}/decision/", asked).status_code == 302
    with desk_scope(planted.cast.desk):
        assert InboundMessage.objects.get(pk=stray.pk).ticket is not None


def discard_held_mail(planted: Planted, matter: Cast) -> None:
    take_in(make_mail(SENDER, subject=f"Held {WORD}", message_id="<held@zanzibarquux.example>",
                      authentication="fail", Auto_Submitted="auto-generated"))  # fmt: skip
    with desk_scope(planted.cast.desk):
        held = InboundMessage.objects.latest("pk")
    admin = Client()
    admin.force_login(planted.cast.admin.user)
    page = f"/rocket/admin/channels_intake/inboundmessage/{held.pk}/change/"
    assert admin.get(page).status_code == 200
    admin.post(f"/rocket/admin/mail/{held.pk}/decision/", {"do": "discard"})


def report_undelivered(planted: Planted, matter: Cast) -> None:
    """Servers' responses name people, and addresses that the desk doesn't know."""
    said = f"550 Mailbox of {NAME} (c.zanzibarquux@private.example) is full"
    with desk_scope(planted.cast.desk):
        mail = OutgoingEmail.objects.filter(contact=planted.contact).earliest("pk")
        mark_delayed(mail, reason=said, reporter="Zanzibarquux MTA <mta@host.example>", at=NOON)
        mark_failed(mail, reason=said, reporter="Zanzibarquux MTA <mta@host.example>", at=NOON)
        delivery = EventDelivery.objects.filter(event__ticket=planted.ticket).earliest("pk")
        delivery.state = DeliveryState.GIVEN_UP  # one that succeeds leaves no error behind
        delivery.last_error = f"Refused by the server of {NAME}"
        delivery.save()


def name_on_a_colleagues_ticket(planted: Planted, matter: Cast) -> None:
    """An agent's reply, and a colleague's email whose raw text is encoded."""
    cast, ticket = planted.cast, planted.others_ticket
    with desk_scope(cast.desk):
        reply(ticket_id=ticket.pk, agent=cast.analyst, text=f"{NAME} will help.", at=NOON)
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        colleague = cast.customer_colleague
        sent = OutgoingEmail.objects.filter(ticket=ticket, contact=colleague).latest("pk")
        send_due(desk_id=cast.desk.pk, at=NOON)
    raw = make_mail("coworker@acme.example", to=sent.reply_to, subject=f"Re: {NAME}",
                    text=f"{LONG}\n{NAME} says so.",
                    message_id="<encoded@acme.example>")  # fmt: skip
    assert b"base64" in raw
    take_in(raw)
    with desk_scope(cast.desk):
        assert Message.objects.filter(ticket=ticket, body_text__contains="says so").exists()


def name_elsewhere(planted: Planted, matter: Cast) -> None:
    """Another customer's encoded email, on a ticket of their own, that names the address."""
    text = f"{LONG}\nAsk {NAME} <{ADDRESS}>."
    take_in(make_mail("someone@elsewhere-rocket.example", text=text, subject="Unrelated",
                      message_id="<other@elsewhere.example>"))  # fmt: skip


def phone(planted: Planted, matter: Cast) -> None:
    cast = planted.cast
    with desk_scope(cast.desk):
        accept_request(desk=cast.desk, contact=planted.contact, subject=f"Call about {WORD}",
                       text=f"{NAME} called", at=NOON, by=Actor.of(cast.analyst),
                       channel="phone")  # fmt: skip
        deliver_due(desk_id=cast.desk.pk, at=NOON)


def give_a_ticket_away(planted: Planted, matter: Cast) -> None:
    """The words stay theirs when the ticket becomes another person's, and the other way round."""
    cast = planted.cast
    with desk_scope(cast.desk):
        theirs = cast.open_ticket(contact=planted.contact, subject=f"Was {WORD}", text=WORD)
        by = Actor.of(cast.analyst)
        change_requester(ticket_id=theirs.pk, contact=cast.customer, by=by, at=NOON)
        taken = cast.open_ticket(contact=cast.customer, subject=f"For {WORD}")
        change_requester(ticket_id=taken.pk, contact=planted.contact, by=by, at=NOON)


def leave_drafts(planted: Planted, matter: Cast) -> None:
    desk, number = planted.cast.desk, planted.ticket.number
    with desk_scope(desk):
        mine = {"text": [f"I still have {WORD}"]}
        save_draft(
            desk=desk, user=planted.user, place="/portal/requests/new/", fields=mine, at=NOON
        )
        agents = [
            (planted.cast.analyst, f"/agent/tickets/{number}/answers/", f"Dear {NAME}"),
            (planted.cast.colleague, "/agent/tickets/new/", f"For {NAME} <{ADDRESS}>"),
        ]
        for agent, place, text in agents:
            fields = {"text": [text]}
            save_draft(desk=desk, user=agent.user, place=place, fields=fields, at=NOON)


def leave_crm_reports(planted: Planted, matter: Cast) -> None:
    desk = planted.cast.desk
    with desk_scope(desk):
        crm = CrmConnection.objects.create(desk=desk, client_id="c")
        line = {"module": "Contacts", "record": "7", "name": NAME, "reason": ADDRESS}
        pull = CrmPull.objects.create(desk=desk, connection=crm, started_at=NOON, report=[line])
        CrmSetAside.objects.create(
            desk=desk, connection=crm, pull=pull, module="Contacts", record_id="7", name=NAME,
            reason="crm_error", reason_data={"error": ADDRESS}, first_at=NOON,
        )  # fmt: skip


def fail_in_a_sweep(planted: Planted, matter: Cast) -> None:
    with desk_scope(planted.cast.desk):
        SweepFailure.objects.create(
            desk=planted.cast.desk, sweep="tickets.close", row_id=planted.ticket.pk,
            failed_at=NOON, next_try_at=NOON, last_error=f"No mail to {ADDRESS}",
        )  # fmt: skip


WAYS = [
    release_stray_mail,
    discard_held_mail,
    report_undelivered,
    name_on_a_colleagues_ticket,
    name_elsewhere,
    phone,
    give_a_ticket_away,
    leave_drafts,
    leave_crm_reports,
    fail_in_a_sweep,
]
STORES = {
    "channels_intake_inboundmessage.raw",
    "channels_intake_outgoingemail.body_text",
    "channels_intake_outgoingemail.last_error",
    "tickets_draft.fields",
    "tickets_eventdelivery.last_error",
    "tickets_sweepfailure.last_error",
    "accounts_crmpull.report",
    "accounts_crmsetaside.name",
}


def test_no_way_of_writing_leaves_a_trace(planted: Planted, matter: Cast, outbox: Path) -> None:
    for way in WAYS:
        way(planted, matter)
    before = set(find_in_tables(CANARIES))
    assert before >= STORES, f"not planted: {STORES - before}"

    erase(planted)

    assert find_in_tables(CANARIES) == []
    assert find_in_files(CANARIES, outbox) == []


def test_the_admin_log_names_released_mail_and_users_by_number(
    planted: Planted, matter: Cast
) -> None:
    release_stray_mail(planted, matter)
    entries = list(LogEntry.objects.values_list("object_repr", "object_id"))
    assert len(entries) == 2
    assert all(name == f"#{number}" for name, number in entries)
    before = find_in_tables(CANARIES)
    assert not [store for store in before if store.startswith("django_admin_log")]


def test_delivery_reports_about_other_peoples_email_stay(planted: Planted, matter: Cast) -> None:
    with desk_scope(planted.cast.desk):
        mail = OutgoingEmail.objects.filter(
            ticket=planted.others_ticket, contact=planted.cast.customer_colleague
        ).earliest("pk")
        mark_delayed(mail, reason="451 Try later", reporter="mta@host.example", at=NOON)
    erase(planted)
    with desk_scope(planted.cast.desk):
        event = TicketEvent.objects.get(kind="mail.delayed")
    assert event.data["why"] == "451 Try later"
    assert event.data["to"] == planted.cast.customer_colleague.email
