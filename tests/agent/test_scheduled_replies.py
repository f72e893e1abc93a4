"""Send later: a reply at a time that its author chose, on the ticket until then."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Desk
from tests.agent.conftest import SignIn, inside
from tests.agent.test_answers import answers_of, form
from tests.agent.test_pending_replies import url_of
from tests.cast import Cast
from tickets.models import (
    Draft,
    HeldReason,
    Message,
    Notification,
    Participant,
    PendingReply,
    Ticket,
    TicketEvent,
)
from tickets.notifications import notify
from tickets.relations.merging import merge_ticket
from tickets.replies.holding_back import MAX_PENDING, NewReply, hold_back_reply
from tickets.replies.sending import send_if_due
from tickets.services import NewMessage, add_customer_message
from tickets.tasks import sweep_pending_replies
from tickets.timeline import describe_event


def in_days(days: int) -> str:
    local = timezone.localtime(timezone.now() + timedelta(days=days))
    return local.strftime("%Y-%m-%dT%H:%M")


def schedule(client: Client, ticket: Ticket, **changes: object) -> PendingReply:
    client.post(answers_of(ticket), form(ticket, send_at=in_days(2), **changes))
    return PendingReply.objects.latest("pk")


def test_it_is_listed_on_the_ticket_and_in_its_history(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = schedule(client, ticket)
        assert pending.is_scheduled
        assert not Message.objects.filter(agent=rocket.analyst).exists()
        page = sign_in(rocket.colleague.user).get(f"/rocket/agent/tickets/{ticket.number}/")
        text = page.content.decode()
        assert "Scheduled for" in text
        assert "Please restart it." in text
        event = TicketEvent.objects.get(kind="reply.scheduled")
        assert "scheduled a reply for" in describe_event(event, rocket.desk)


def test_the_sweep_sends_it_when_its_time_has_come(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = schedule(client, ticket)
    assert sweep_pending_replies() == 0
    with inside(rocket):
        PendingReply.objects.filter(pk=pending.pk).update(send_at=timezone.now())
    assert sweep_pending_replies() == 1
    with inside(rocket):
        assert Message.objects.get(agent=rocket.analyst).body_text == "Please restart it."
        assert not PendingReply.objects.exists()


def test_one_that_would_cross_a_message_of_the_customer_is_held(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        pending = schedule(client, ticket)
        new, at = NewMessage(text="It works again", channel="email"), timezone.now()
        add_customer_message(ticket_id=ticket.pk, contact=rocket.customer, new=new, at=at)
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        pending.refresh_from_db()
        assert pending.held_reason == HeldReason.REFUSED
        assert "A new message arrived" in pending.held_detail
        assert not Message.objects.filter(agent=rocket.analyst).exists()
        client.post(url_of(ticket, pending, "send"))
        assert Message.objects.filter(agent=rocket.analyst).count() == 1


def test_its_author_sends_it_now(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        pending = schedule(client, ticket)
        client.post(url_of(ticket, pending, "send"))
        client.post(url_of(ticket, pending, "send"))
        assert Message.objects.filter(agent=rocket.analyst).count() == 1


def test_a_colleague_cancels_it_and_its_author_has_the_text_as_a_draft(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        pending = schedule(client, ticket)
        sign_in(rocket.colleague.user).post(url_of(ticket, pending, "undo"))
        assert not PendingReply.objects.exists()
        assert Draft.objects.get().user_id == rocket.analyst.user_id
        event = TicketEvent.objects.get(kind="reply.withdrawn")
        assert "canceled the reply" in describe_event(event, rocket.desk)
        notify([event])
        assert Notification.objects.get(event=event).agent_id == rocket.analyst.pk


def test_a_time_that_has_passed_or_is_missing_is_refused_and_the_text_kept(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        for changes in ({"send_at": in_days(-1)}, {"later": "1"}, {"send_at": in_days(400)}):
            response = client.post(answers_of(ticket), form(ticket, **changes))
            assert response.status_code == 422
            assert "Please restart it." in response.content.decode()
        assert not PendingReply.objects.exists()


def test_an_update_is_promised_for_after_the_reply(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        early = form(ticket, send_at=in_days(2), next_update=in_days(1))
        assert client.post(answers_of(ticket), early).status_code == 422
        assert not PendingReply.objects.exists()


def test_a_ticket_has_only_so_many(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        now = timezone.now()
        for _ in range(MAX_PENDING):
            later = now + timedelta(days=1)
            new = NewReply(ticket_id=ticket.pk, agent=rocket.analyst, text="Hi", send_at=later)
            hold_back_reply(new, at=now)
        response = client.post(answers_of(ticket), form(ticket, send_at=in_days(1)))
        assert response.status_code == 422
        assert PendingReply.objects.count() == MAX_PENDING


def test_it_is_held_if_others_would_get_it_by_then(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        changes = (
            {"contact": rocket.customer_colleague},
            {"is_unverified": True},
        )
        for number, change in enumerate(changes):
            pending = schedule(client, ticket, form_token=f"f{number}")
            before = {name: getattr(ticket, name) for name in change}
            Ticket.objects.filter(pk=ticket.pk).update(**change)
            assert send_if_due(reply_id=pending.pk, at=pending.send_at)
            pending.refresh_from_db()
            assert pending.held_reason == HeldReason.RECIPIENTS
            page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
            assert "The people who would get it have changed" in page
            Ticket.objects.filter(pk=ticket.pk).update(**before)
        follower = Participant(
            desk=rocket.desk, ticket=ticket, contact=rocket.manager, added_at=timezone.now()
        )
        pending = schedule(client, ticket, form_token="later")
        follower.save()
        client.post(url_of(ticket, pending, "send"))
        assert not Message.objects.filter(agent=rocket.analyst).exists()
        assert send_if_due(reply_id=pending.pk, at=pending.send_at)
        client.post(url_of(ticket, pending, "send"))
        assert Message.objects.filter(agent=rocket.analyst).count() == 1


def test_its_author_is_told_at_once_if_a_merge_has_another_requester(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        Desk.objects.filter(pk=rocket.desk.pk).update(undo_seconds=10)
        target, now = rocket.open_ticket(contact=rocket.customer_colleague), timezone.now()
        merge_ticket(ticket_id=ticket.pk, into_id=target.pk, agent=rocket.analyst, at=now)
        refused = client.post(answers_of(ticket), form(ticket, next=""))
        assert refused.status_code == 422
        assert "whose requester is someone else" in refused.content.decode()
        assert not PendingReply.objects.exists()
