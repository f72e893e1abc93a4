"""A person erased leaves nothing but the audit stub's id (GDPR)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, Contact, User
from accounts.tenancy import desk_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import MailState, OutgoingEmail
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, PASSWORD, Cast
from tests.channels_intake.conftest import make_mail
from tests.privacy.conftest import ADDRESS, CANARIES, NAME, SENDER, Planted, take_in
from tests.privacy.search import find_in_files, find_in_tables
from tickets.actors import Actor
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import Emergency, Message, Ticket, TicketEvent
from tickets.services import EmergencyReport, hold_ticket, report_emergency, save_record

STORES = {
    "account_emailaddress.email",
    "accounts_auditentry.target",
    "accounts_contact.email",
    "accounts_contact.name",
    "accounts_invitation.email",
    "accounts_user.email",
    "channels_intake_inboundmessage.raw",
    "channels_intake_inboundmessage.rfc_message_id",
    "channels_intake_inboundmessage.sender",
    "channels_intake_inboundmessage.subject",
    "channels_intake_outgoingemail.body_text",
    "channels_intake_outgoingemail.subject",
    "channels_intake_outgoingemail.to_address",
    "tickets_attachment.name",
    "tickets_message.body_text",
    "tickets_searchdocument.document",
    "tickets_message.quoted_text",
    "tickets_note.body_text",
    "tickets_queuerow.subject",
    "tickets_ticket.fields",
    "tickets_ticket.subject",
    "tickets_ticketevent.actor_name",
    "tickets_ticketevent.data",
}


def erase(planted: Planted) -> dict[str, int]:
    with desk_scope(planted.cast.desk):
        return erase_person(
            desk=planted.cast.desk, contact=planted.contact, by=planted.cast.admin, at=NOON
        )


def test_nothing_is_found_afterwards_in_any_table_or_file(planted: Planted, outbox: Path) -> None:
    before = set(find_in_tables(CANARIES))
    assert before >= STORES, f"not planted: {STORES - before}"
    assert len(find_in_files(CANARIES, outbox)) >= 4
    sessions = Session.objects.count()

    went = erase(planted)

    assert find_in_tables(CANARIES) == []
    assert find_in_files(CANARIES, outbox) == []
    assert list((outbox / "files").rglob("*.*")) == []
    assert sessions - Session.objects.count() == 2
    assert all(
        went[kind] for kind in ("files", "messages", "tickets", "outgoing", "inbound", "mentions")
    )


def test_the_stub_says_what_was_done_by_whom_and_no_personal_word(planted: Planted) -> None:
    erase(planted)
    with desk_scope(planted.cast.desk):
        stub = AuditEntry.objects.get(action="person_erased")
    assert stub.target == f"#{planted.contact.pk}"
    assert stub.actor == planted.cast.admin.user.email
    assert stub.detail["pk"] == str(planted.contact.pk)


def test_the_skeleton_of_the_tickets_stays(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        before = Ticket.objects.values_list(
            "pk", "number", "status", "created_at", "priority", "department"
        )
        events = TicketEvent.objects.order_by("pk").values_list(
            "pk", "kind", "at", "actor_kind", "actor_id"
        )
        kept, happened = list(before), list(events)
        erase(planted)
        assert list(before.all()) == kept
        assert list(events.all()) == happened
        ticket = Ticket.objects.get(pk=planted.ticket.pk)
        assert str(ticket.contact) == "Erased person"
        assert ticket.messages.count() == 4


def test_words_of_others_stay_but_for_the_persons_name_and_address(planted: Planted) -> None:
    erase(planted)
    with desk_scope(planted.cast.desk):
        answers = list(
            Message.objects.filter(agent__isnull=False)
            .order_by("pk")
            .values_list("body_text", flat=True)
        )
        colleague = Message.objects.filter(ticket=planted.others_ticket).earliest("pk").body_text
    assert answers == ["Hello [erased], try this. Write to [erased]", "Thank you all."]
    assert colleague == "Ask [erased] ([erased])"


def test_nothing_more_is_sent_to_the_person(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        OutgoingEmail.objects.filter(contact=planted.contact).update(state=MailState.QUEUED)
        erase(planted)
        states = set(
            OutgoingEmail.objects.filter(contact=planted.contact).values_list("state", "last_error")
        )
    assert states == {(MailState.FAILED, "erased")}


def test_an_email_that_waits_to_be_read_stays_as_it_came(planted: Planted) -> None:
    """Its recipient tells its desk before it is read. Without its From, it would be lost."""
    raw = make_mail(SENDER, message_id="<unread@acme.example>")
    mailbox = planted.cast.mailbox.address
    waiting = store_inbound(
        provider="raw", raw=raw, content_type="", at=NOON, recipients=[mailbox], enqueue=False
    )
    assert waiting.desk_id == planted.cast.desk.pk
    erase(planted)
    with desk_scope(planted.cast.desk):
        waiting.refresh_from_db()
    assert bytes(waiting.raw) == raw


def test_the_login_is_gone_and_the_session_with_it(planted: Planted) -> None:
    assert planted.signed_in.get("/rocket/portal/requests/").status_code == 200
    erase(planted)
    assert not User.objects.filter(pk=planted.user.pk).exists()
    assert planted.signed_in.get("/rocket/portal/requests/").status_code == 302


def test_the_other_desk_keeps_its_person_and_the_login(planted: Planted, matter: Cast) -> None:
    with desk_scope(matter.desk):
        there = Contact.objects.create(
            desk=matter.desk, email=ADDRESS, name=NAME, user=planted.user
        )
        ticket = matter.open_ticket(contact=there, text=f"{NAME} was here")
    erase(planted)
    with desk_scope(matter.desk):
        there.refresh_from_db()
        assert (there.email, there.name, there.user) == (ADDRESS, NAME, planted.user)
        assert Message.objects.get(ticket=ticket).body_text == f"{NAME} was here"
    with desk_scope(planted.cast.desk):
        planted.contact.refresh_from_db()
    assert planted.contact.user is None


def test_a_namesake_keeps_the_name(planted: Planted) -> None:
    cast = planted.cast
    with desk_scope(cast.desk):
        namesake = Contact.objects.create(desk=cast.desk, email="other@acme.example", name=NAME)
        ticket = cast.open_ticket(contact=namesake, text=f"Yours, {NAME}")
    erase(planted)
    with desk_scope(cast.desk):
        assert Message.objects.get(ticket=ticket).body_text == f"Yours, {NAME}"
        assert Contact.objects.get(pk=namesake.pk).name == NAME


def test_only_an_admin_of_the_desk_may(planted: Planted, matter: Cast) -> None:
    for agent in (planted.cast.lead, planted.cast.observer, matter.admin):
        with desk_scope(planted.cast.desk), pytest.raises(NotAllowedError):
            erase_person(desk=planted.cast.desk, contact=planted.contact, by=agent, at=NOON)
    with desk_scope(planted.cast.desk):
        assert Contact.objects.get(pk=planted.contact.pk).email == ADDRESS


def test_an_agents_address_is_refused(in_rocket: Cast) -> None:
    contact = Contact.objects.create(desk=in_rocket.desk, email=in_rocket.analyst.user.email)
    with pytest.raises(NotAllowedError, match="agent"):
        erase_person(desk=in_rocket.desk, contact=contact, by=None, at=NOON)
    assert in_rocket.analyst.user.check_password(PASSWORD)


def test_a_failing_storage_leaves_all_rows_and_a_second_run_completes_it(
    planted: Planted, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("helpdesk.privacy.erasure.default_storage.delete", _refuse)
        with pytest.raises(OSError, match="no"):
            erase(planted)
    assert set(find_in_tables(CANARIES)) >= STORES
    erase(planted)
    assert find_in_tables(CANARIES) == []
    assert find_in_files(CANARIES, outbox) == []


def _refuse(name: str) -> None:
    raise OSError("no")


def test_the_command_asks_for_a_yes_and_knows_who_is_not_there(
    planted: Planted, outbox: Path
) -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_person", "rocket", ADDRESS)
    with pytest.raises(CommandError, match="no contact with the address"):
        call_command("erase_person", "rocket", "nobody@acme.example", "--yes")
    assert find_in_tables(CANARIES)
    call_command("erase_person", "rocket", ADDRESS, "--yes")
    assert find_in_tables(CANARIES) == []
    with pytest.raises(CommandError, match="no contact with the address"):
        call_command("erase_person", "rocket", ADDRESS, "--yes")


def test_a_second_run_by_the_rows_number_completes_what_was_left(planted: Planted) -> None:
    cast, contact = planted.cast, planted.contact
    call_command("erase_person", "rocket", ADDRESS, "--yes")
    with desk_scope(cast.desk):
        left = Message.objects.create(
            desk=cast.desk,
            ticket=planted.ticket,
            contact=contact,
            channel="web",
            body_text="I",
            created_at=NOON,
        )
    with pytest.raises(CommandError, match="number"):
        call_command("erase_person", "rocket", "999999", "--yes")
    call_command("erase_person", "rocket", str(contact.pk), "--yes")
    with desk_scope(cast.desk):
        left.refresh_from_db()
        assert left.body_text == "[erased]"
        assert Contact.objects.get(pk=contact.pk).is_erased


def test_the_installations_log_forgets_the_login(planted: Planted) -> None:
    logged = LogEntry.objects.create(
        user=User.objects.create_superuser("root@plumbline.example", PASSWORD),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(planted.user.pk),
        object_repr=str(planted.user),
        action_flag=CHANGE,
        change_message="Changed is_active.",
    )
    assert logged.object_repr == NAME
    erase(planted)
    assert find_in_tables(CANARIES) == []
    assert LogEntry.objects.get(pk=logged.pk).object_repr == "[erased]"


def test_the_same_person_may_write_again_as_somebody_new(planted: Planted) -> None:
    erase(planted)
    take_in(make_mail(SENDER, message_id="<one@zanzibarquux.acme.example>"))
    with desk_scope(planted.cast.desk):
        assert Contact.objects.get(email=ADDRESS).pk != planted.contact.pk


def test_what_agents_noted_about_an_emergency_and_a_hold_goes_too(planted: Planted) -> None:
    cast = planted.cast
    with desk_scope(cast.desk):
        ticket, by = planted.ticket, Actor.of(cast.analyst)
        Ticket.objects.filter(pk=ticket.pk).update(status="open", emergency="")
        report = EmergencyReport(f"{NAME} called", reachable=NAME, phone="+55 51 3333 0000")
        report_emergency(ticket_id=ticket.pk, by=cast.analyst, report=report, at=NOON)
        until = NOON + timedelta(days=1)
        hold_ticket(ticket_id=ticket.pk, by=by, until=until, why=f"Until {NAME} is back", at=NOON)
        save_record(
            ticket_id=planted.others_ticket.pk,
            agent=cast.analyst,
            fields={"problem": f"The same as {ADDRESS} has"},
            at=NOON,
        )
        escalated = TicketEvent.objects.filter(ticket=ticket).latest("pk")
        escalated.pk, escalated.kind = None, EventKind.ESCALATED
        escalated.data = {"level": ["l2", "rnd"], "why": "", "incomplete": f"{NAME} is out"}
        escalated.save(force_insert=True)
    erase(planted)
    assert find_in_tables(CANARIES) == []
    with desk_scope(cast.desk):
        emergency = Emergency.objects.get()
        assert (emergency.reachable, emergency.phone) == ("", "")
        assert emergency.impact.endswith(" called")
