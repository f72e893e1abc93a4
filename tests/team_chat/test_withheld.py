"""A message that is withheld says why in the list of calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Visibility
from channels_intake.models import (
    CallState,
    ChatConnection,
    ChatRule,
    ChatStandup,
    OutgoingCall,
)
from helpdesk.team_chat.standups import post_due_standups
from tests.cast import NOON, Cast
from tests.team_chat.conftest import add_rule, connect
from tests.team_chat.fakes import ChatFake
from tests.team_chat.test_standups import make_standup
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.services import assign

Run = Callable[..., None]
MINUTE = timedelta(minutes=1)


def pause(cast: Cast) -> None:
    ChatConnection.objects.update(is_active=False)


def delete_rule(cast: Cast) -> None:
    ChatRule.objects.all().delete()


def change_rule(cast: Cast) -> None:
    ChatRule.objects.update(topic="ticket.closed")


def delete_channel(cast: Cast) -> None:
    ChatConnection.objects.all().delete()


def erase_event(cast: Cast) -> None:
    OutgoingCall.objects.update(body=OutgoingCall.objects.get().body | {"event": 0})


def close_off(cast: Cast) -> None:
    department = cast.departments["paid"]
    department.visibility = Visibility.MEMBERS
    department.save()


def write_empty_text(cast: Cast) -> None:
    ChatRule.objects.update(template="{number} {plan}")
    cast.account.plan = None
    cast.account.save()


REASONS = {
    pause: "The chat channel isn't active, so the message wasn't posted.",
    delete_channel: "The chat channel was deleted.",
    delete_rule: "The rule behind this message was deleted.",
    change_rule: "The rule was changed and no longer covers this message.",
    erase_event: "What happened to the ticket was erased in the meantime.",
    close_off: "The ticket is now in a members-only department that the rule doesn't name.",
    write_empty_text: (
        "Every line of the rule's text has a placeholder without a value, so nothing was posted."
    ),
}


@pytest.mark.parametrize("happens", REASONS, ids=lambda each: each.__name__)
def test_the_reason_is_the_true_one(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, happens: Callable[[Cast], None]
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.opened")
    in_rocket.open_ticket()
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    happens(in_rocket)
    run_chat(in_rocket, at=NOON + MINUTE)
    call = OutgoingCall.objects.get()
    assert (call.state, call.summary, chat.posts) == (CallState.FAILED, REASONS[happens], [])


def test_a_channel_that_became_public_gets_the_public_facts(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    connection = connect(in_rocket, chat)
    add_rule(connection, "ticket.opened", template="{subject}")
    in_rocket.open_ticket(subject="Canary")
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    ChatConnection.objects.update(is_public=True)
    run_chat(in_rocket, at=NOON + MINUTE)
    [text] = chat.texts()
    assert text.startswith("[RC-1001](")
    assert "Canary" not in text


def test_a_deleted_standup_is_named(in_rocket: Cast, chat: ChatFake, run_chat: Run) -> None:
    make_standup(connect(in_rocket, chat))
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    ChatStandup.objects.all().delete()
    run_chat(in_rocket)
    assert OutgoingCall.objects.get().summary == "The standup message was deleted."


def test_an_assignment_that_is_over_mentions_nobody(
    in_rocket: Cast, chat: ChatFake, run_chat: Run
) -> None:
    add_rule(connect(in_rocket, chat), "ticket.assigned")
    ticket = in_rocket.open_ticket()
    for agent in (in_rocket.colleague, in_rocket.level_two):
        assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(in_rocket.admin), at=NOON)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert in_rocket.level_two.name in text
    failed = OutgoingCall.objects.filter(state=CallState.FAILED)
    reasons = set(failed.values_list("summary", flat=True))
    assert reasons == {"The ticket was assigned to someone else in the meantime."}
