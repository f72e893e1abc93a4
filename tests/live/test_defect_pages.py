"""Streams of pages about defects: each hears of its own defect, the queue of all, and no ticket."""

from __future__ import annotations

import asyncio

from django.http import QueryDict

from helpdesk.agent.lists.live_interests import read_defect
from helpdesk.live import hub, pubsub
from helpdesk.live.interests import EVERYTHING, Interest
from helpdesk.live.messages import Change, DefectChange
from helpdesk.live.pages import Page
from tests.live.test_many_pages import make_page, opened, settle

NOTHING = Interest(numbers=frozenset())


def make_defect_page(number: int | None) -> Page:
    page = make_page(EVERYTHING if number is None else NOTHING)
    page.defect = number
    return page


def hear(messages: list[object], *numbers: int | None) -> list[str]:
    """Return what pages hear about messages that come one after the other."""

    async def listen() -> list[str]:
        here, those = hub.Hub(), [make_defect_page(number) for number in numbers]
        with opened(here, *those) as sent:
            for version, message in enumerate(messages, start=1):
                await here._distribute(f"{pubsub.CHANNEL}1", f"{version} {message}")
            await settle(*those)
        return ["".join(lines) for lines in sent]

    return asyncio.run(listen())


def test_a_defect_that_changes_is_told_to_its_pages_and_the_queue() -> None:
    own, other, queue, tickets = hear([DefectChange(12)], 12, 13, 0, None)
    assert own == "event: defect\ndata: 12\n\n"
    assert queue == "event: defect\ndata: 0\n\n"
    assert other == tickets == ""


def test_a_new_order_is_told_to_the_queue_only() -> None:
    assert hear([DefectChange(0)], 12, 0) == ["", "event: defect\ndata: 0\n\n"]


def test_pages_about_defects_hear_of_no_ticket() -> None:
    assert hear([Change(12)], 12, 0) == ["", ""]


def test_a_change_between_page_and_stream_is_told() -> None:
    async def listen() -> str:
        here, page = hub.Hub(), make_defect_page(12)
        page.since = 1
        here._versions[1] = 2
        for version in (1, 2):
            await here._distribute(f"{pubsub.CHANNEL}1", f"{version} {DefectChange(12)}")
        with opened(here, page) as [sent]:
            await here.greet(page)
            await asyncio.sleep(0.05)
        return "".join(sent)

    assert "event: defect" in asyncio.run(listen())


def test_the_message_is_read_as_it_was_written() -> None:
    assert DefectChange.parse(str(DefectChange(12))) == DefectChange(12)
    for text in ("defect", "defect x", "held 3", str(Change(7))):
        assert DefectChange.parse(text) is None
    assert Change.parse(str(DefectChange(12))) is None


def test_the_parameters_of_a_stream_name_the_defect() -> None:
    found = {
        query: read_defect(QueryDict(query))
        for query in ("defect=12", "shows=defects", "shows=list")
    }
    assert found == {"defect=12": 12, "shows=defects": 0, "shows=list": None}
