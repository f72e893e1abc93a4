"""Trainees' replies wait for a colleague's approval; nothing reaches the customer before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from channels_intake.incoming.requests import accept_request
from channels_intake.models import OutgoingEmail
from channels_intake.telephone.notes import CallNote, Outcome, save_call_note
from tests.access.calls import create_call
from tests.agent.conftest import SignIn, inside
from tests.agent.test_answers import answers_of, form
from tests.agent.test_scheduled_replies import in_days
from tests.cast import Cast
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import NeedsApprovalError
from tickets.events import EventKind
from tickets.models import (
    Draft,
    EmergencyState,
    Message,
    Notification,
    Participant,
    PendingReply,
    State,
    Ticket,
    TicketEvent,
)
from tickets.notifications import describe_notification, notify
from tickets.relations.merging import Consent, merge_ticket
from tickets.replies.sending import send_if_due
from tickets.services import NewMessage, add_customer_message, add_participant, reply
from tickets.services.emergencies import EmergencyReport, decide_emergency, report_emergency
from tickets.timeline import describe_event


@pytest.fixture(autouse=True)
def trainee(rocket: Cast) -> Agent:
    """The analyst of the first desk, whose replies need approval."""
    with inside(rocket):
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
    return rocket.analyst


def url_of(ticket: Ticket, pending: PendingReply, act: str) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/pending-replies/{pending.pk}/{act}/"


def page_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/"


def write(client: Client, ticket: Ticket, **changes: object) -> PendingReply:
    response = client.post(answers_of(ticket), form(ticket, **changes))
    assert response.status_code == 303
    return PendingReply.objects.latest("pk")


def list_sent(ticket: Ticket) -> list[str]:
    sent = Message.objects.filter(ticket=ticket, agent__isnull=False).order_by("pk")
    return list(sent.values_list("body_text", flat=True))


def add_message(cast: Cast, ticket: Ticket) -> Message:
    new = NewMessage(text="One more thing", channel="email")
    return add_customer_message(
        ticket_id=ticket.pk, contact=cast.customer, new=new, at=timezone.now()
    )


def approve(client: Client, ticket: Ticket, pending: PendingReply, **changes: Any) -> str:
    last = Message.objects.filter(ticket=ticket).latest("id").pk
    data = {"last_seen": last, **changes}
    return client.post(url_of(ticket, pending, "approve"), data, follow=True).content.decode()


def test_nothing_happens_on_the_ticket_until_a_colleague_approves(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    file = SimpleUploadedFile("log.txt", b"lines", "text/plain")
    with inside(rocket):
        pending = write(client, ticket, files=file, next="closed")
        later = timezone.now() + timedelta(hours=1)
        assert not send_if_due(reply_id=pending.pk, at=later)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.first_responded_at) == (State.OPEN, None)
        assert list_sent(ticket) == []
        own = client.get(page_of(ticket)).content.decode()
        assert "Waiting for approval" in own
        assert "Approve and send" not in own
        colleague = sign_in(rocket.colleague.user)
        assert "Approve and send" in colleague.get(page_of(ticket)).content.decode()
        assert "Reply approved and sent." in approve(colleague, ticket, pending)
        ticket.refresh_from_db()
        message = Message.objects.get(ticket=ticket, agent=rocket.analyst)
        assert (ticket.status, ticket.first_responded_at) == (State.CLOSED, message.created_at)
        assert message.attachments.get().file.read() == b"lines"
        assert "Too late" in approve(colleague, ticket, pending)
        assert list_sent(ticket) == ["Please restart it."]


def test_the_author_is_notified_of_approval_and_the_leads_of_what_waits(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        asked = TicketEvent.objects.get(kind=EventKind.APPROVAL_ASKED)
        notify([asked])
        told = Notification.objects.get(event=asked, agent=rocket.lead)
        assert describe_notification(told) == (
            "Analyst wrote a reply on RC-1001 that needs approval."
        )
        assert not Notification.objects.filter(agent=rocket.analyst).exists()
        approve(sign_in(rocket.lead.user), ticket, pending)
        approved = TicketEvent.objects.get(kind=EventKind.REPLY_APPROVED)
        notify([approved])
        told = Notification.objects.get(event=approved)
        assert told.agent_id == rocket.analyst.pk
        assert describe_notification(told) == "Lead approved your reply on RC-1001."


def test_an_approver_edits_it_and_the_history_says_so(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending, colleague = write(client, ticket), sign_in(rocket.colleague.user)
        last = Message.objects.filter(ticket=ticket).latest("id").pk
        url = url_of(ticket, pending, "edit")
        assert "Please restart it." in colleague.get(f"{url}?seen={last}").content.decode()
        edited = {"text": "Please restart it twice.", "last_seen": last}
        assert colleague.post(url, edited).status_code == 303
        assert list_sent(ticket) == ["Please restart it twice."]
        assert Message.objects.latest("pk").agent == rocket.analyst
        event = TicketEvent.objects.get(kind=EventKind.REPLY_APPROVED)
        assert describe_event(event, rocket.desk).startswith("Colleague edited and approved")


def test_a_reply_that_is_sent_back_is_its_authors_draft_with_the_reason_on_the_ticket(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending, colleague = write(client, ticket), sign_in(rocket.colleague.user)
        url = url_of(ticket, pending, "return")
        assert colleague.post(url, {"why": " "}).status_code == 422
        assert colleague.post(url, {"why": "Say which version."}).status_code == 303
        assert not PendingReply.objects.exists()
        draft = Draft.objects.get()
        assert (draft.user_id, draft.fields["body"]) == (
            rocket.analyst.user_id,
            ["Please restart it."],
        )
        assert "Say which version." in client.get(page_of(ticket)).content.decode()
        event = TicketEvent.objects.get(kind=EventKind.REPLY_RETURNED)
        notify([event])
        assert Notification.objects.get(event=event).agent_id == rocket.analyst.pk
        assert list_sent(ticket) == []


def test_an_approver_reads_the_customers_new_message_first(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending, colleague = write(client, ticket), sign_in(rocket.colleague.user)
        seen = Message.objects.filter(ticket=ticket).latest("id").pk
        newest = add_message(rocket, ticket)
        assert "A new message arrived" in approve(colleague, ticket, pending, last_seen=seen)
        assert list_sent(ticket) == []
        page = colleague.get(page_of(ticket)).content.decode()
        assert "The customer has written since." in page
        url = url_of(ticket, pending, "edit")
        edited = {"text": "Please restart it twice.", "last_seen": seen}
        refused = colleague.post(url, edited)
        assert refused.status_code == 422
        assert "Please restart it twice." in refused.content.decode()
        assert f'value="{newest.pk}"' in refused.content.decode()
        approve(colleague, ticket, pending)
        assert list_sent(ticket) == ["Please restart it."]


def test_an_approver_is_told_of_other_recipients(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending, colleague = write(client, ticket), sign_in(rocket.colleague.user)
        Participant.objects.create(
            desk=rocket.desk, ticket=ticket, contact=rocket.elsewhere, added_at=timezone.now()
        )
        assert "have changed since" in approve(colleague, ticket, pending)
        assert list_sent(ticket) == []
        page = colleague.get(page_of(ticket)).content.decode()
        assert "The people who would get it have changed" in page
        assert 'name="new_recipients"' in page
        approve(colleague, ticket, pending, new_recipients="1")
        assert list_sent(ticket) == ["Please restart it."]


def test_a_scheduled_reply_is_sent_at_its_time_once_it_is_approved(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket, send_at=in_days(2))
        assert not send_if_due(reply_id=pending.pk, at=pending.send_at)
        page = approve(sign_in(rocket.colleague.user), ticket, pending)
        assert "Reply approved." in page
        assert list_sent(ticket) == []
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        assert list_sent(ticket) == ["Please restart it."]


def test_a_reply_scheduled_before_its_author_became_a_trainee_waits_for_approval(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        agents = Agent.objects.filter(pk=rocket.analyst.pk)
        agents.update(needs_approval=False)
        pending = write(client, ticket, send_at=in_days(2))
        agents.update(needs_approval=True)
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        client.post(url_of(ticket, pending, "send"))
        assert list_sent(ticket) == []
        pending.refresh_from_db()
        assert pending.awaits_approval
        PendingReply.objects.filter(pk=pending.pk).update(send_at=timezone.now())
        approve(sign_in(rocket.colleague.user), ticket, pending)
        assert list_sent(ticket) == ["Please restart it."]


def test_there_is_no_other_way_to_the_customer(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    now, trainee = timezone.now(), rocket.analyst
    with inside(rocket):
        other = rocket.open_ticket()
        report = EmergencyReport(impact="All down")
        report_emergency(ticket_id=ticket.pk, by=rocket.colleague, report=report, at=now)
        ways = (
            lambda: reply(ticket_id=ticket.pk, agent=trainee, text="Hi", at=now),
            lambda: decide_emergency(
                ticket_id=ticket.pk,
                agent=trainee,
                outcome=EmergencyState.COURTESY,
                text="Hi",
                at=now,
            ),
            lambda: merge_ticket(
                ticket_id=other.pk,
                into_id=ticket.pk,
                agent=trainee,
                at=now,
                consent=Consent(text="Hi"),
            ),
        )
        for way in ways:
            with pytest.raises(NeedsApprovalError):
                way()
        assert list_sent(ticket) == list_sent(other) == []
        pending = write(client, ticket)
        for act in ("send", "approve", "edit", "return"):
            client.post(url_of(ticket, pending, act), {"text": "Hi", "why": "Me"})
        assert list_sent(ticket) == []
        assert PendingReply.objects.filter(pk=pending.pk, awaits_approval=True).exists()


def test_a_reply_on_a_ticket_that_was_merged_since_can_be_approved(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    """It goes to the people of the other ticket, which the approver is told."""
    with inside(rocket):
        pending, other = write(client, ticket), rocket.open_ticket()
        Participant.objects.create(
            desk=rocket.desk,
            ticket=other,
            contact=rocket.customer_colleague,
            added_at=timezone.now(),
        )
        merge_ticket(ticket_id=ticket.pk, into_id=other.pk, agent=rocket.lead, at=timezone.now())
        colleague = sign_in(rocket.colleague.user)
        page = colleague.get(page_of(ticket)).content.decode()
        assert 'name="new_recipients" value="1"' in page
        approve(colleague, ticket, pending, new_recipients="1")
        assert list_sent(other) == ["Please restart it."]


def test_a_note_and_withdrawing_ones_own_reply_need_nobody(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        client.post(answers_of(ticket), form(ticket, kind="note", form_token="t2"))
        assert TicketEvent.objects.filter(kind=EventKind.NOTE_ADDED).exists()
        client.post(url_of(ticket, pending, "undo"))
        assert not PendingReply.objects.exists()
        event = TicketEvent.objects.get(kind=EventKind.REPLY_WITHDRAWN)
        text = describe_event(event, rocket.desk)
        assert text == "Analyst withdrew a reply that waited for approval."


def test_those_who_approve_find_it_on_their_start_page_and_others_do_not(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = write(client, ticket)
        lead = sign_in(rocket.lead.user)
        (shown,) = lead.get("/rocket/agent/start/").context["approvals"].rows
        assert ticket.subject == shown.subject
        listed = lead.get("/rocket/agent/?view=approval").content.decode()
        assert ticket.reference in listed
        assert client.get("/rocket/agent/start/").context["approvals"] is None
        observer = sign_in(rocket.observer.user)
        assert observer.get("/rocket/agent/start/").context["approvals"] is None
        assert observer.post(url_of(ticket, pending, "approve")).status_code == 403
    stranger = sign_in(matter.lead.user)
    assert stranger.get("/matter/agent/start/").context["approvals"] is None
    for act in ("approve", "edit", "return"):
        assert stranger.post(url_of(ticket, pending, act)).status_code == 404


def test_a_reply_by_the_api_waits_too_and_a_retry_adds_none(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    url = f"/rocket/api/v1/tickets/{ticket.number}/messages/"
    with inside(rocket):
        for _ in range(2):
            answer = client.post(
                url,
                {"text": "Hi"},
                content_type="application/json",
                headers={"Idempotency-Key": "one"},
            )
            assert (answer.status_code, answer.json()["awaits_approval"]) == (202, True)
        assert PendingReply.objects.count() == 1
        assert list_sent(ticket) == []


def test_the_note_of_a_call_waits_for_approval_before_the_caller_gets_it(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(channel="phone")
        call = create_call(rocket, ticket, name="Kim")
        note = CallNote(outcome=Outcome.SOLVED, text="Restarted it.")
        save_call_note(call_id=call.pk, agent=rocket.analyst, note=note, at=timezone.now())
        assert list_sent(ticket) == []
        pending = PendingReply.objects.get()
        approve(sign_in(rocket.colleague.user), ticket, pending)
        message = Message.objects.get(ticket=ticket, agent=rocket.analyst)
        assert (message.channel, message.body_text) == ("phone", "Restarted it.")
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_what_a_trainee_writes_in_a_new_ticket_is_emailed_to_nobody(
    rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        for agent, mails in ((rocket.analyst, 0), (rocket.colleague, 1)):
            opened = accept_request(
                desk=rocket.desk,
                contact=rocket.customer,
                subject="Call",
                text="The server is down.",
                channel="phone",
                by=Actor.of(agent),
                at=timezone.now(),
            )
            deliver_due(desk_id=rocket.desk.pk, at=timezone.now())
            assert OutgoingEmail.objects.filter(ticket=opened).count() == mails


def test_a_follower_who_is_added_later_gets_no_email_of_what_a_trainee_wrote(
    rocket: Cast, ticket: Ticket
) -> None:
    with inside(rocket):
        for agent, mails in ((rocket.analyst, 0), (rocket.colleague, 1)):
            opened = accept_request(
                desk=rocket.desk,
                contact=rocket.customer,
                subject="Call",
                text="The server is down.",
                channel="phone",
                by=Actor.of(agent),
                at=timezone.now(),
            )
            deliver_due(desk_id=rocket.desk.pk, at=timezone.now())
            add_participant(
                ticket_id=opened.pk,
                contact=rocket.customer_colleague,
                by=Actor.of(rocket.lead),
                at=timezone.now(),
            )
            deliver_due(desk_id=rocket.desk.pk, at=timezone.now())
            copies = OutgoingEmail.objects.filter(ticket=opened, kind="copy")
            assert copies.count() == mails


def test_the_key_is_offered_to_approvers_for_the_first_reply_only(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        write(client, ticket, body="First words")
        write(client, ticket, body="Second words", form_token="second")
    page = sign_in(rocket.lead.user).get(page_of(ticket)).content.decode()
    assert page.count('data-shortcut="y"') == 1
    assert page.index('data-shortcut="y"') < page.index("Second words")
    for words in ("First words", "Second words"):
        assert f"Approve the reply by {rocket.analyst.name}: {words}" in page
    assert 'data-shortcut="y"' not in client.get(page_of(ticket)).content.decode()
