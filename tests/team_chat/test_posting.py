"""Events are posted to the channels that rules choose, once, in threads, with names (M54)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Visibility
from accounts.tenancy import desk_scope
from channels_intake.models import ChatThread, OutgoingCall
from tests.cast import NOON, Cast
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import ChatFake
from tickets.actors import SYSTEM, Actor
from tickets.changes import record
from tickets.deliveries import deliver_due
from tickets.events import EventKind
from tickets.models import EventDelivery, TicketEvent
from tickets.queueing import DELIVER, Collected, collecting_tasks
from tickets.services import add_note, assign, change_department, escalate

Run = Callable[..., None]
HOUR = timedelta(hours=1)


def test_a_new_ticket_is_posted_with_its_facts_and_a_link(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    ticket = in_rocket.open_ticket(subject="Server @all down")
    run_chat(in_rocket)
    [text] = chat.texts()
    assert text.startswith(f"New ticket [{ticket.reference}](http")
    assert f"/rocket/agent/tickets/{ticket.number}/" in text
    assert "Server @\u200ball down" in text
    assert "Medium · " in text
    assert "acme.example Inc. · Standard" in text


def test_an_event_that_is_delivered_twice_is_posted_once(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    in_rocket.open_ticket()
    run_chat(in_rocket)
    EventDelivery.objects.update(state="due", next_try_at=NOON)
    run_chat(in_rocket)
    assert len(chat.posts) == 1


def test_events_of_a_desk_without_rules_get_no_delivery(in_rocket: Cast, chat: ChatFake) -> None:
    deliveries = EventDelivery.objects.filter(follower="chat")
    connection = connect(in_rocket, chat)
    in_rocket.open_ticket()
    assert not deliveries.exists()
    add_rule(connection, "ticket.escalated")
    in_rocket.open_ticket()
    assert deliveries.filter(event__kind="ticket.opened").count() == 1


def test_an_event_that_only_another_desks_channel_is_told_of_queues_no_task(
    in_rocket: Cast, matter: Cast, chat: ChatFake, django_capture_on_commit_callbacks: Any
) -> None:
    with desk_scope(matter.desk):
        add_rule(connect(matter, chat), "defect.linked")
    ticket = in_rocket.open_ticket()

    def link() -> tuple[TicketEvent, Collected]:
        data = {"defect": 1, "key": "RC-D1"}
        with (
            collecting_tasks() as tasks,
            django_capture_on_commit_callbacks(execute=True),
            transaction.atomic(),
        ):
            kind = EventKind.DEFECT_LINKED
            return record(ticket=ticket, kind=kind, by=SYSTEM, at=NOON, data=data), tasks

    event, tasks = link()
    assert not EventDelivery.objects.filter(event=event).exists()
    assert tasks == []
    add_rule(connect(in_rocket, chat), "defect.linked")
    event, tasks = link()
    assert tasks == [(DELIVER, {"desk_id": in_rocket.desk.pk, "event_ids": [event.pk]})]


@pytest.mark.parametrize(
    ("kind", "root"), [("mattermost", "root_id"), ("rocketchat", "tmid"), ("slack", "thread_ts")]
)
def test_messages_of_a_ticket_are_one_thread(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str, root: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind)
    for topic in ("ticket.opened", "ticket.escalated"):
        add_rule(connection, topic)
    ticket, other = in_rocket.open_ticket(), in_rocket.open_ticket()
    run_chat(in_rocket)
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    run_chat(in_rocket)
    first, second, reply = chat.posts
    assert root not in first
    assert root not in second
    threads = dict(ChatThread.objects.values_list("ticket_id", "root_id"))
    assert set(threads) == {ticket.pk, other.pk}
    assert set(threads.values()) == {first["made"], second["made"]}
    assert reply[root] == threads[ticket.pk]


def test_a_webhook_posts_without_threads(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    connection = connect(in_rocket, chat, has_bot=False, channel="town-square")
    add_rule(connection, "ticket.opened")
    in_rocket.open_ticket()
    run_chat(in_rocket)
    [post] = chat.posts
    assert set(post) == {"text", "channel", "made"}
    assert not ChatThread.objects.exists()


def test_a_thread_whose_first_message_was_deleted_begins_again(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = connect(in_rocket, chat)
    add_rule(connection, "ticket.escalated")
    ticket = in_rocket.open_ticket()
    ChatThread.objects.create(
        desk=in_rocket.desk, connection=connection, ticket=ticket, root_id="deleted"
    )
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    run_chat(in_rocket)
    [post] = chat.posts
    assert ChatThread.objects.get().root_id == post["made"]


def test_a_public_channel_is_told_reference_priority_and_state_only(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = connect(in_rocket, chat, is_public=True)
    add_rule(connection, "ticket.opened")
    add_rule(connection, "ticket.escalated", template="{subject} {what}")
    ticket = in_rocket.open_ticket(subject="Secret words")
    by = Actor.of(in_rocket.analyst)
    escalate(ticket_id=ticket.pk, by=by, at=NOON, why="Internal reason")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Internal note", at=NOON)
    run_chat(in_rocket)
    for text in chat.texts():
        link, priority, state = text.split(" · ")
        assert link.startswith(f"[{ticket.reference}](")
        assert (priority, state) == ("Medium", "Escalated")


def test_a_channel_for_all_hears_nothing_of_members_only_tickets(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = connect(in_rocket, chat)
    add_rule(connection, "ticket.opened")
    department = in_rocket.departments["paid"]
    department.visibility = Visibility.MEMBERS
    department.save()
    in_rocket.open_ticket()
    run_chat(in_rocket)
    assert chat.posts == []
    add_rule(connection, "ticket.opened", department=department)
    in_rocket.desk.refresh_from_db()
    in_rocket.open_ticket()
    run_chat(in_rocket)
    assert len(chat.posts) == 1


@pytest.mark.parametrize("made", ["x" * 81, "a\nb"])
def test_a_message_with_an_id_that_cannot_be_kept_is_posted_once(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, made: str
) -> None:
    connection = connect(in_rocket, chat)
    add_rule(connection, "ticket.opened")
    in_rocket.open_ticket()
    chat.answer_next(201, body={"id": made})
    run_chat(in_rocket)
    run_chat(in_rocket, at=NOON + HOUR)
    call = OutgoingCall.objects.get()
    assert (call.state, call.attempts, ChatThread.objects.count()) == ("sent", 1, 0)


def test_a_call_that_is_handed_over_mentions_the_person_by_name(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = connect(in_rocket, chat)
    know(in_rocket, chat.url, in_rocket.level_two, "u2", name="level.two")
    ticket = in_rocket.open_ticket(channel="phone")
    run_chat(in_rocket)
    add_rule(connection, "hotline")
    by = Actor.of(in_rocket.analyst)
    assign(ticket_id=ticket.pk, agent=in_rocket.level_two, by=by, at=NOON)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert text.startswith("@level.two (Level Two), a call was handed over to you: [RC-")


def test_a_call_that_changes_its_department_reaches_the_person_once(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    ticket = in_rocket.open_ticket(channel="phone")
    run_chat(in_rocket)
    add_rule(connect(in_rocket, chat), "hotline")
    change_department(
        ticket_id=ticket.pk, department=in_rocket.departments["trials"],
        by=Actor.of(in_rocket.analyst), at=NOON + HOUR,
    )  # fmt: skip
    run_chat(in_rocket, at=NOON + HOUR)
    assert len(chat.posts) == 1
    assert "a call was handed over to you" in chat.texts()[0]


def test_an_email_that_is_assigned_is_no_call(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "hotline")
    in_rocket.open_ticket()
    run_chat(in_rocket)
    assert chat.posts == []


def test_another_desks_channel_hears_nothing(
    rocket: Cast, matter: Cast, chat: ChatFake, run_chat: Run
) -> None:
    with desk_scope(matter.desk):
        add_rule(connect(matter, chat), "ticket.opened")
    with desk_scope(rocket.desk):
        rocket.open_ticket()
        run_chat(rocket)
        assert not OutgoingCall.objects.exists()
    assert chat.posts == []


def test_no_text_or_secret_is_stored_with_the_call(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    in_rocket.open_ticket(subject="Canary words")
    run_chat(in_rocket)
    call = OutgoingCall.objects.get()
    assert set(call.body) == {"event", "rule"}
    assert "Canary" not in f"{call.body}{call.path}{call.summary}{call.data}"


@pytest.mark.parametrize("moved", [True, False])
def test_a_message_that_waited_says_nothing_of_a_ticket_that_was_closed_off_since(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, moved: bool
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    ticket = in_rocket.open_ticket()
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    department = in_rocket.departments["trials"] if moved else ticket.department
    assert department is not None
    department.visibility = Visibility.MEMBERS
    department.save()
    ticket.department = department
    ticket.save(update_fields=["department"])
    run_chat(in_rocket)
    assert chat.posts == []
    assert OutgoingCall.objects.get().state == "failed"
