"""The age of the oldest due work of each class, from one function and one command."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import MailState, OutgoingEmail
from helpdesk.management.commands.show_workload import _format_age
from helpdesk.worker import workload
from helpdesk.worker.workload import KINDS, Load, measure_kinds, measure_workload
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import EventDelivery, SearchRefresh, State, Ticket
from tickets.queueing import Queue
from tickets.services import reply

MINUTE = timedelta(minutes=1)


@pytest.fixture
def busy(in_rocket: Cast) -> Cast:
    """A desk with work of every class, each kind of a different age."""
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Did that help?", at=NOON)
    Ticket.objects.filter(pk=ticket.pk).update(close_at=NOON - 2 * MINUTE)
    waiting = in_rocket.open_ticket()
    Clock.objects.filter(ticket=waiting).update(due_at=NOON - 3 * MINUTE)
    EventDelivery.objects.update(next_try_at=NOON - 5 * MINUTE)
    SearchRefresh.objects.update(marked_at=NOON - 11 * MINUTE)
    SearchRefresh.objects.create(ticket=ticket, desk=in_rocket.desk)
    SearchRefresh.objects.update(marked_at=NOON - 11 * MINUTE)
    store_inbound(
        provider="raw",
        raw=make_mail(),
        content_type="message/rfc822",
        at=NOON - 7 * MINUTE,
        enqueue=False,
    )
    return in_rocket


def get_ages() -> dict[str, int | None]:
    return {queue.value: load.seconds for queue, load in measure_workload(NOON).items()}


def test_nothing_is_due_in_an_empty_installation(db: None) -> None:
    assert get_ages() == dict.fromkeys(Queue)
    assert {load.count for load in measure_kinds(NOON)} == {0}


def test_each_class_has_the_age_of_its_oldest_work(busy: Cast) -> None:
    ages = {"clocks": 180, "interactive": 300, "inbound": 420, "bulk": 660, "webhooks": None}
    assert get_ages() == ages


def test_work_that_is_not_due_yet_has_no_age(busy: Cast) -> None:
    Clock.objects.update(due_at=NOON + MINUTE, warn_at=NOON + MINUTE)
    Ticket.objects.filter(status=State.WAITING).update(close_at=NOON + MINUTE)
    loads = {load.name: load for load in measure_kinds(NOON)}
    assert loads["breaches to mark"].seconds is None
    assert loads["inactive tickets to close"].count == 0


def test_work_of_a_suspended_desk_is_left_out(busy: Cast) -> None:
    Desk.objects.filter(pk=busy.desk.pk).update(is_suspended=True)
    ages = get_ages()
    assert ages["clocks"] is ages["interactive"] is ages["bulk"] is None
    assert ages["inbound"] == 420  # it may be for another desk: nobody has read it yet


def test_replies_are_awaited_and_automatic_emails_are_not(busy: Cast) -> None:
    kinds = {"replies to send": "reply", "automatic emails to send": "receipt"}
    ticket = Ticket.objects.order_by("pk")[0]
    for kind in kinds.values():
        OutgoingEmail.objects.create(
            desk=busy.desk,
            ticket=ticket,
            contact=ticket.contact,
            to_address=ticket.contact.email,
            event=ticket.events.order_by("pk")[0],
            kind=kind,
            rfc_message_id=f"{kind}@rocket.example",
            state=MailState.QUEUED,
            next_try_at=NOON - MINUTE,
            created_at=NOON,
        )
    loads = {load.name: load for load in measure_kinds(NOON)}
    for name in kinds:
        assert (loads[name].count, loads[name].seconds) == (1, 60)


def test_work_of_every_desk_counts_and_no_desk_must_be_entered(busy: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket()
        Clock.objects.update(due_at=NOON - 9 * MINUTE)
    loads = {load.name: load for load in measure_kinds(NOON)}
    late = loads["breaches to mark"]
    assert (late.count, late.seconds) == (2, 540)


def test_counting_stops_at_a_limit_and_each_kind_is_one_statement(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workload, "MAX_COUNT", 2)
    for _ in range(4):
        busy.open_ticket()
    Clock.objects.update(due_at=NOON - MINUTE)
    with CaptureQueriesContext(connection) as asked:
        loads = {load.name: load for load in measure_kinds(NOON)}
    late = loads["breaches to mark"]
    assert (late.count, late.is_capped) == (3, True)
    scopes = 2  # the role, entered and left
    assert len(asked) == len(KINDS) + scopes


@pytest.mark.usefixtures("vacuumed")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_kind_reads_a_whole_table(kind: workload.Kind, busy: Cast) -> None:
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        due = kind.due(NOON).order_by(kind.order or kind.since)
        plan = due.values_list(kind.since)[: workload.MAX_COUNT].explain()
    assert "Seq Scan" not in plan or kind.name == "new terms to apply"  # a row per account


def test_the_command_prints_a_table(busy: Cast) -> None:
    out = StringIO()
    call_command("show_workload", stdout=out)
    head, *rows = out.getvalue().splitlines()
    assert head.split() == ["Class", "Work", "Due", "Oldest"]
    assert [row.split()[0] for row in rows] == [kind.queue.value for kind in KINDS]
    (late,) = [row for row in rows if "breaches to mark" in row]
    assert late.split()[4:] != ["0", "-"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0, "0s"), (59, "59s"), (61, "1m 1s"), (3600, "1h"), (200_000, "2d 7h")],
)
def test_ages_are_short(seconds: int | None, text: str) -> None:
    assert _format_age(seconds) == text


def test_a_capped_count_says_so() -> None:
    assert Load(Queue.BULK, "dust", workload.MAX_COUNT + 1, 5).is_capped
    assert not Load(Queue.BULK, "dust", workload.MAX_COUNT, 5).is_capped
