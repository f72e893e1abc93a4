"""What changed between a page and its stream is told as soon as the stream is open."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from html import unescape

import pytest
from django.test import AsyncClient

from helpdesk.live import hub, pubsub
from helpdesk.live.history import MAX_KEPT, History
from helpdesk.live.hub import MISSED
from helpdesk.live.interests import EVERYTHING, Interest
from helpdesk.live.messages import Change, Held, IncomingCall
from tests.cast import Cast
from tests.live.streams import (
    Stream,
    events,
    listening,
    open_stream,
    publish,
    until_subscribed,
)
from tests.live.test_many_pages import make_page, opened
from tickets.models import Ticket

TICKET = Interest(numbers=frozenset([7]))
RESTRICTED = (4,)


@dataclass
class Opening:
    """A page that opens its stream after messages of versions 1, 2, ... were heard."""

    messages: list[object]
    since: int
    interest: Interest = EVERYTHING

    def listen(self) -> str:
        """Return what the page hears at once."""
        return asyncio.run(self._listen())

    async def _listen(self) -> str:
        here, page = hub.Hub(), make_page(self.interest, hidden=RESTRICTED)
        page.since = self.since
        here._versions[1] = len(self.messages)
        for version, message in enumerate(self.messages, start=1):
            await here._distribute(f"{pubsub.CHANNEL}1", f"{version} {message}")
        with opened(here, page) as [sent]:
            await here.greet(page)
            await asyncio.sleep(0.05)
        return "".join(sent)


def test_a_ticket_hears_of_its_change_before_the_stream() -> None:
    heard = Opening([Change(7), Change(7), Change(8)], since=1, interest=TICKET).listen()
    assert heard.count("event: ticket") == 1
    assert "event: ticket\ndata: 7\n" in heard
    assert MISSED not in heard


def test_a_page_that_missed_nothing_hears_nothing() -> None:
    for opening in (
        Opening([Change(7), Change(8)], since=1, interest=TICKET),
        Opening([Change(7), Change(7)], since=2),
        Opening([], since=0),
    ):
        heard = opening.listen()
        assert "event: hello" in heard
        assert "event: ticket" not in heard
        assert MISSED not in heard


def test_a_page_hears_nothing_of_a_ticket_it_may_not_see() -> None:
    heard = Opening([Change(6), Change(7, department_id=RESTRICTED[0])], since=1).listen()
    assert "event: ticket" not in heard


def test_a_page_hears_the_number_of_quarantined_emails_that_it_missed() -> None:
    assert "event: held\ndata: 3\n" in Opening([Change(7), Held("3")], since=1).listen()


def test_a_page_hears_of_the_calls_of_its_reader_only() -> None:
    reader = make_page(EVERYTHING, hidden=()).reader.agent_id
    calls = [Change(7), IncomingCall(12, reader), IncomingCall(13, reader + 1)]
    heard = Opening(list(calls), since=1).listen()
    assert heard.count("event: call") == 1
    assert "event: call\ndata: 12\n" in heard


def test_a_page_older_than_all_that_is_known_is_told_so() -> None:
    many: list[object] = [Change(8)] * (MAX_KEPT + 2)
    assert MISSED in Opening(many, since=1, interest=TICKET).listen()
    assert MISSED not in Opening(many, since=3, interest=TICKET).listen()


def test_after_lost_messages_nothing_is_known() -> None:
    history = History()
    history.add(1, 5, str(Change(7)))
    assert history.list_since(1, 4) == [(5, str(Change(7)))]
    assert history.list_since(1, 3) is None
    assert history.list_since(2, 4) is None
    history.forget()
    assert history.list_since(1, 4) is None


@pytest.mark.django_db(transaction=True)
def test_a_change_between_page_and_stream_is_heard(rocket: Cast, ticket: Ticket) -> None:
    """As after a reply: the page is there before the email left, its stream is not."""
    url = f"/rocket/agent/tickets/{ticket.number}/"

    async def work(first: Stream) -> list[str]:
        await until_subscribed()
        client = AsyncClient()
        await client.aforce_login(rocket.analyst.user)
        publish(rocket.desk.pk, Change(ticket.number))
        await events(first.streaming_content, 1)
        page = (await client.get(url)).content.decode()
        publish(rocket.desk.pk, Change(ticket.number))
        await events(first.streaming_content, 1)
        [stream_url] = re.findall(r'hx-sse:connect="([^"]+)"', page)
        second = await open_stream(client, unescape(stream_url))
        heard = await events(second.streaming_content, 1)
        await second.aclose()
        return heard

    assert listening(rocket, "lead", work) == [str(ticket.number)]
