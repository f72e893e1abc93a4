"""Nothing that a customer, a name or an admin's typo holds notifies anyone in a chat."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone

from channels_intake.models import ChatTopic
from channels_intake.team_chat.composing import compose_message
from channels_intake.team_chat.standups import StandupFacts, write_standup
from tests.cast import Cast
from tests.defects.helpers import report
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import ChatFake
from tests.team_chat.test_commands import send
from tests.team_chat.test_standups import make_standup
from tickets.models import Ticket, TicketEvent

Run = Callable[..., None]
KINDS = ["mattermost", "rocketchat", "slack"]
HOSTILE = (
    "@all @here @channel <!channel> <!here> <@U1> &#64;all &commat;here `@all` [x](http://e) @ana"
)
# What each chat reads as a mention. Mattermost and Rocket.Chat turn Slack's notation into theirs.
MENTIONS = {
    "mattermost": re.compile(r"@[\w.-]|<[!@]|&(#64|#x40|commat);"),
    "rocketchat": re.compile(r"@[\w.-]|<[!@]|&(#64|#x40|commat);"),
    "slack": re.compile(r"<[!@#]|@[\w.-]"),
}


def make_hostile(cast: Cast) -> Ticket:
    """Open a ticket at whose every name someone wrote what notifies a channel."""
    for thing in (cast.account, cast.analyst, cast.departments["paid"], cast.account.plan):
        assert thing is not None
        thing.name = HOSTILE[:60]
        thing.save()
    return cast.open_ticket(subject=HOSTILE, at=timezone.now())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", ["/ticket", "/ack"])
def test_the_answer_to_a_command_notifies_nobody(
    in_rocket: Cast, chat: ChatFake, kind: str, command: str
) -> None:
    make_hostile(in_rocket)
    know(in_rocket, chat.url, in_rocket.analyst, "u1", kind=kind, name="ana")
    text = send(connect(in_rocket, chat, kind=kind), command=command).json()["text"]
    assert text
    assert not MENTIONS[kind].search(text)


def test_the_answer_names_the_assignee(in_rocket: Cast, chat: ChatFake) -> None:
    in_rocket.open_ticket(at=timezone.now())
    know(in_rocket, chat.url, in_rocket.analyst, "u1", name="ana")
    text = send(connect(in_rocket, chat)).json()["text"]
    assert "Assigned to Analyst." in text
    assert "@" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_about_a_ticket_notifies_anyone(
    in_rocket: Cast, chat: ChatFake, kind: str
) -> None:
    event = TicketEvent.objects.filter(ticket=make_hostile(in_rocket)).earliest("pk")
    event.actor_name = HOSTILE
    text = "{subject} {details} {assignee} {what} {account} {plan} {department}"
    rule = add_rule(connect(in_rocket, chat, kind=kind), "ticket.opened", template=text)
    message = compose_message(rule, event)
    assert "all" in message
    assert not MENTIONS[kind].search(message)


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_about_a_defect_notifies_anyone(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), "defect_created")
    in_rocket.level_two.name = HOSTILE[:60]
    in_rocket.level_two.save()
    report(in_rocket, title=HOSTILE, owner=in_rocket.level_two)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert not MENTIONS[kind].search(text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_standup_notifies_anyone(in_rocket: Cast, chat: ChatFake, kind: str) -> None:
    make_hostile(in_rocket)
    paid = in_rocket.departments["paid"]
    standup = make_standup(connect(in_rocket, chat, kind=kind), department=paid)
    text = write_standup(standup, StandupFacts(on_shift=(in_rocket.analyst.pk,)))
    assert "On shift: @" in text
    assert not MENTIONS[kind].search(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_user_name_of_a_whole_channel_mentions_nobody(
    in_rocket: Cast, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    add_rule(connect(in_rocket, chat, kind=kind), ChatTopic.ASSIGNED)
    know(in_rocket, chat.url, in_rocket.analyst, "U1> <!channel", kind=kind, name="all")
    in_rocket.open_ticket()
    run_chat(in_rocket)
    [text] = chat.texts()
    assert "Assigned to Analyst" in text
    assert not MENTIONS[kind].search(text)
