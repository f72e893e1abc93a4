"""Each sentence about each kind of clock, as History, notifications and explanations say it.

The table is the whole text. Read it before you change a name or a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.models import Desk
from helpdesk.shared.wording.explanations import explain_in_a_sentence
from sla.models import ClockKind
from tests.sla.test_explain import SAO_PAULO, START, explain_entries, four_hours
from tickets.events import EventKind
from tickets.models import Notification, Ticket, TicketEvent
from tickets.notifications import describe_notification
from tickets.timeline import describe_event

DUE = "2026-11-26T08:45:00+00:00"
TIMES = {"due_at": DUE, "was_due_at": DUE}
IN_HISTORY = (
    (EventKind.SLA_STARTED, {"plan": "Plus"}),
    (EventKind.SLA_REPLANNED, {}),
    (EventKind.SLA_STOPPED, {}),
    (EventKind.SLA_WARNED, {}),
    (EventKind.SLA_WARNED, {"point": 75}),
    (EventKind.SLA_BREACHED, {}),
    (EventKind.SLA_MET, {"in_time": True}),
    (EventKind.SLA_MET, {"in_time": False}),
)
NOTIFIED = (EventKind.SLA_WARNED, EventKind.SLA_BREACHED)

TABLE = """
First response due Thu, Nov 26, 5:45 AM (Plus).
First response now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
No first response is promised anymore. It was due Thu, Nov 26, 5:45 AM.
First response due soon, on Thu, Nov 26, 5:45 AM.
First response: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
First response overdue. It was due Thu, Nov 26, 5:45 AM.
First response on time. It was due Thu, Nov 26, 5:45 AM.
First response late. It was due Thu, Nov 26, 5:45 AM.
The first response on RC-1174 is due soon.
The first response on RC-1174 is overdue.
First response within 4 business hours (Rocket.Chat 12x5)

Next response due Thu, Nov 26, 5:45 AM (Plus).
Next response now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Next response: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Next response due soon, on Thu, Nov 26, 5:45 AM.
Next response: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Next response overdue. It was due Thu, Nov 26, 5:45 AM.
Next response on time. It was due Thu, Nov 26, 5:45 AM.
Next response late. It was due Thu, Nov 26, 5:45 AM.
Next response on RC-1174 is due soon.
Next response on RC-1174 is overdue.
Next response within 4 business hours (Rocket.Chat 12x5)

Regular update due Thu, Nov 26, 5:45 AM (Plus).
Regular update now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Regular update: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Regular update due soon, on Thu, Nov 26, 5:45 AM.
Regular update: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Regular update overdue. It was due Thu, Nov 26, 5:45 AM.
Regular update on time. It was due Thu, Nov 26, 5:45 AM.
Regular update late. It was due Thu, Nov 26, 5:45 AM.
Regular update on RC-1174 is due soon.
Regular update on RC-1174 is overdue.
Regular update within 4 business hours (Rocket.Chat 12x5)

Resolution aim due Thu, Nov 26, 5:45 AM (Plus).
Resolution aim now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Resolution aim: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Resolution aim due soon, on Thu, Nov 26, 5:45 AM.
Resolution aim: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Resolution aim missed. It was due Thu, Nov 26, 5:45 AM.
Resolution aim met. It was due Thu, Nov 26, 5:45 AM.
Resolution aim missed. It was due Thu, Nov 26, 5:45 AM.
Resolution aim on RC-1174 is due soon.
Resolution aim on RC-1174 is overdue.
Resolution aim within 4 business hours (Rocket.Chat 12x5)

Promised update due Thu, Nov 26, 5:45 AM (Plus).
Promised update now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Promised update: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Promised update due soon, on Thu, Nov 26, 5:45 AM.
Promised update: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Promised update overdue. It was due Thu, Nov 26, 5:45 AM.
Promised update on time. It was due Thu, Nov 26, 5:45 AM.
Promised update late. It was due Thu, Nov 26, 5:45 AM.
Promised update on RC-1174 is due soon.
Promised update on RC-1174 is overdue.

Pickup due Thu, Nov 26, 5:45 AM (Plus).
Pickup now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Pickup: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Pickup due soon, on Thu, Nov 26, 5:45 AM.
Pickup: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Pickup overdue. It was due Thu, Nov 26, 5:45 AM.
Pickup on time. It was due Thu, Nov 26, 5:45 AM.
Pickup late. It was due Thu, Nov 26, 5:45 AM.
Pickup on RC-1174 is due soon.
Pickup on RC-1174 is overdue.
Pickup within 4 business hours (Rocket.Chat 12x5)

First note or reply due Thu, Nov 26, 5:45 AM (Plus).
First note or reply now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
First note or reply: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
First note or reply due soon, on Thu, Nov 26, 5:45 AM.
First note or reply: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
First note or reply overdue. It was due Thu, Nov 26, 5:45 AM.
First note or reply on time. It was due Thu, Nov 26, 5:45 AM.
First note or reply late. It was due Thu, Nov 26, 5:45 AM.
First note or reply on RC-1174 is due soon.
First note or reply on RC-1174 is overdue.
First note or reply within 4 business hours (Rocket.Chat 12x5)

Result from this level due Thu, Nov 26, 5:45 AM (Plus).
Result from this level now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Result from this level: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Result from this level due soon, on Thu, Nov 26, 5:45 AM.
Result from this level: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Result from this level overdue. It was due Thu, Nov 26, 5:45 AM.
Result from this level on time. It was due Thu, Nov 26, 5:45 AM.
Result from this level late. It was due Thu, Nov 26, 5:45 AM.
Result from this level on RC-1174 is due soon.
Result from this level on RC-1174 is overdue.
Result from this level within 4 business hours (Rocket.Chat 12x5)

Next note or reply due Thu, Nov 26, 5:45 AM (Plus).
Next note or reply now due Thu, Nov 26, 5:45 AM. It was previously due Thu, Nov 26, 5:45 AM.
Next note or reply: there is no target anymore. It was due Thu, Nov 26, 5:45 AM.
Next note or reply due soon, on Thu, Nov 26, 5:45 AM.
Next note or reply: 75% of the time is used. Due Thu, Nov 26, 5:45 AM.
Next note or reply overdue. It was due Thu, Nov 26, 5:45 AM.
Next note or reply on time. It was due Thu, Nov 26, 5:45 AM.
Next note or reply late. It was due Thu, Nov 26, 5:45 AM.
Next note or reply on RC-1174 is due soon.
Next note or reply on RC-1174 is overdue.
Next note or reply within 4 business hours (Rocket.Chat 12x5)
"""


def list_sentences(kind: ClockKind) -> Iterator[str]:
    desk = Desk(ticket_prefix="RC")
    ticket = Ticket(desk=desk, number=1174)
    for event, facts in IN_HISTORY:
        data = {"clock": kind.value, **TIMES, **facts}
        yield describe_event(TicketEvent(kind=event, actor_name="Ana", data=data), desk)
    for event in NOTIFIED:
        about = TicketEvent(kind=event, data={"clock": kind.value, **TIMES})
        yield describe_notification(Notification(event=about, ticket=ticket))
    if kind != ClockKind.PROMISED_UPDATE:  # it has no target
        explained = explain_in_a_sentence(explain_entries(START, four_hours()), kind)
        yield explained.partition(",")[0]


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        pytest.param(kind, part.splitlines(), id=kind)
        for kind, part in zip(ClockKind, TABLE.strip().split("\n\n"), strict=True)
    ],
)
def test_every_sentence_about_a_clock_reads_well(kind: ClockKind, sentences: list[str]) -> None:
    with timezone.override(SAO_PAULO):
        assert list(list_sentences(kind)) == sentences


def test_the_table_has_every_kind() -> None:
    assert len(TABLE.strip().split("\n\n")) == len(ClockKind)
