"""Whatever a public channel is told of, it reads no internal word."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.utils import timezone

from channels_intake.models import DEFECT_TOPICS, ChatRule, ChatTopic
from channels_intake.team_chat.composing import compose_message
from channels_intake.team_chat.defects import TOPICS, compose_defect_message
from channels_intake.team_chat.texts import DEFECT_PLACEHOLDERS, PLACEHOLDERS
from helpdesk.team_chat.standups import post_due_standups
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tests.help_requests.helpers import ask, make_group
from tests.team_chat.conftest import add_rule, connect, know
from tests.team_chat.fakes import ChatFake
from tests.team_chat.test_commands import send
from tests.team_chat.test_standups import make_standup
from tickets.attention.asking import ask_attention
from tickets.help_requests.warning import warn_of_requests
from tickets.models import DefectEvent, Ticket, TicketEvent

Run = Callable[..., None]
CANARY = "Zanziquux"
KINDS = ["mattermost", "rocketchat", "slack"]


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    """A ticket at whose every name there is the canary."""
    cast = in_rocket
    plan = cast.account.plan
    everyone = (cast.analyst, cast.level_two, cast.lead, cast.observer, cast.admin)
    for thing in (*everyone, cast.account, plan, *cast.departments.values()):
        assert thing is not None
        thing.name = f"{CANARY} {thing.name}"
        thing.save()
    return cast.open_ticket(subject=f"{CANARY} subject", at=timezone.now())


def all_of(placeholders: Iterable[str]) -> str:
    return " ".join(f"{{{name}}}" for name in placeholders)


@pytest.mark.parametrize("kind", KINDS)
def test_no_topic_of_tickets_tells_more_than_number_priority_and_state(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind, is_public=True)
    event = TicketEvent.objects.filter(ticket=ticket).earliest("pk")
    texts = set()
    for topic in set(ChatTopic) - DEFECT_TOPICS:
        for template in ("", all_of(PLACEHOLDERS)):
            rule = ChatRule(connection=connection, topic=topic, template=template)
            texts.add(compose_message(rule, event))
    [text] = texts
    assert text.count(" · ") == 2
    assert CANARY not in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_topic_of_defects_tells_more_than_number_and_stage(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind, is_public=True)
    defect = report(in_rocket, ticket, title=f"{CANARY} title", owner=in_rocket.level_two)
    event = DefectEvent.objects.filter(defect=defect).earliest("pk")
    assert set(TOPICS.values()) == DEFECT_TOPICS
    texts = set()
    for topic in DEFECT_TOPICS:
        for template in ("", all_of(DEFECT_PLACEHOLDERS)):
            rule = ChatRule(connection=connection, topic=topic, template=template)
            texts.add(compose_defect_message(rule, event))
    [text] = texts
    assert text.endswith(" · Reported")
    assert CANARY not in text


def test_requests_for_help_and_attention_say_nothing_there(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, run_chat: Run
) -> None:
    internal = connect(in_rocket, chat, name="Internal")
    public = connect(in_rocket, chat, is_public=True)
    for topic in (ChatTopic.HELP_ASKED, ChatTopic.HELP_OVERDUE, ChatTopic.ATTENTION):
        for connection in (internal, public):
            add_rule(connection, topic)
    asked = ask(in_rocket, ticket, make_group(in_rocket), at=timezone.now())
    ask_attention(
        agent=in_rocket.observer, why=f"{CANARY} why", urgency="now", leads=[],
        at=timezone.now(), ticket_id=ticket.pk,
    )  # fmt: skip
    warn_of_requests(desk_id=in_rocket.desk.pk, at=asked.due_at)
    run_chat(in_rocket, at=asked.due_at)
    told = [text for text in chat.texts() if CANARY in text]
    silent = [text for text in chat.texts() if CANARY not in text]
    assert (len(told), len(silent)) == (3, 3)
    assert all(text.count(" · ") == 2 for text in silent)
    assert f"Reason: {CANARY} why" in "".join(told)


@pytest.mark.parametrize("kind", KINDS)
def test_a_standup_there_has_figures_only(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, run_chat: Run, kind: str
) -> None:
    connection = connect(in_rocket, chat, kind=kind, is_public=True)
    make_standup(connection, department=in_rocket.departments["paid"], level="l1")
    post_due_standups(desk_id=in_rocket.desk.pk, at=NOON)
    run_chat(in_rocket)
    [text] = chat.texts()
    assert "1 open ticket" in text
    assert CANARY not in text


@pytest.mark.parametrize("command", ["/ticket", "/ack"])
def test_an_answer_that_the_whole_channel_reads_says_nothing(
    in_rocket: Cast, ticket: Ticket, chat: ChatFake, command: str
) -> None:
    know(in_rocket, chat.url, in_rocket.analyst, "u1", kind="rocketchat")
    connection = connect(in_rocket, chat, kind="rocketchat", is_public=True)
    text = send(connection, command=command).json()["text"]
    assert text
    assert CANARY not in text
