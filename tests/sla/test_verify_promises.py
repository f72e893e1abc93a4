"""`manage.py verify_promises`: all clocks of a desk replayed, in slices, with an exit code."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from sla.explaining import verification
from sla.explaining.replay import Field
from sla.explaining.verification import verify_tickets
from sla.models import Clock, ClockEntry
from tests.cast import NOON, Cast
from tickets.models import Ticket
from tickets.services import reply

HOUR = timedelta(hours=1)


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify_promises", *options, stdout=out)
    return out.getvalue()


def test_equal_clocks_exit_with_success(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            for number in range(3):
                ticket = cast.open_ticket(at=NOON + number * HOUR)
            reply(ticket_id=ticket.pk, agent=cast.analyst, text="Try this.", at=NOON + 4 * HOUR)
    assert verify("--desk", "rocket") == "3 clocks replayed, no differences.\n"


def test_a_difference_is_printed_and_fails(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            ticket = cast.open_ticket()
            Clock.objects.filter(ticket=ticket).update(due_at=NOON)
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 clocks replayed\. Differences: 2\.$"):
        call_command("verify_promises", "--desk", "rocket", stdout=out)
    assert out.getvalue().startswith("RC-")
    assert "first_response: due_at: 2026-11-18T13:00:00+00:00, recomputed 2026-11-18T21" in (
        out.getvalue()
    )


def test_an_entry_with_a_wrong_deadline_is_found_at_its_time(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    entry = ClockEntry.objects.get(clock__ticket=ticket)
    entry.pk, entry.kind, entry.at = None, "replanned", NOON + HOUR
    entry.data = entry.data | {"due_at": (NOON + HOUR).isoformat()}
    entry.save(force_insert=True)
    Clock.objects.filter(ticket=ticket).update(due_at=NOON + HOUR)
    verdict, _of_ticket = verify_tickets(desk_id=in_rocket.desk.pk)
    assert [each.at for each in verdict.differences] == [NOON + HOUR]


def test_deadlines_from_before_versions_were_kept_are_counted_not_doubted(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        clock = Clock.objects.get(ticket=ticket)
        facts = {
            "due_at": clock.due_at.isoformat(),
            "started_at": clock.started_at.isoformat(),
            "minutes": 480,
            "calendar": rocket.calendar.name,
            "version": rocket.calendar.version - 1,  # its first version is the first that was kept
        }
        Clock.objects.filter(pk=clock.pk).update(calendar_version=facts["version"])
        ClockEntry.objects.create(
            desk=rocket.desk, clock=clock, kind="replanned", at=NOON + HOUR, data=facts
        )
    assert verify("--desk", "rocket") == (
        "Clocks with a deadline from before calendar versions were recorded, which can't be"
        " recomputed: 1.\n1 clocks replayed, no differences.\n"
    )


def test_a_ticket_that_queues_by_another_deadline_is_found(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(due_at=NOON)
    of_clock, of_ticket = verify_tickets(desk_id=in_rocket.desk.pk)
    assert of_clock.differences == []
    assert [each.field for each in of_ticket.differences] == [Field.QUEUED_BY]


def test_entries_cannot_be_changed(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ClockEntry.objects.update(data={})
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ClockEntry.objects.all().delete()


def test_one_ticket_can_be_verified_alone(in_rocket: Cast) -> None:
    numbers = [in_rocket.open_ticket().number for _ in range(2)]
    found = verify_tickets(desk_id=in_rocket.desk.pk, number=numbers[1])
    assert {verdict.number for verdict in found} == {numbers[1]}


def test_slices_read_each_clock_once(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        in_rocket.open_ticket()
    monkeypatch.setattr(verification, "SLICE", 2)
    list(verify_tickets(desk_id=in_rocket.desk.pk))  # fills the cache of calendars
    with CaptureQueriesContext(connection) as asked:
        verdicts = list(verify_tickets(desk_id=in_rocket.desk.pk))
    assert len({verdict.number for verdict in verdicts}) == 5
    # Three slices with their clocks and entries, and one that finds the end.
    assert len(asked) == 10


def test_an_unknown_desk_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="There is no desk"):
        verify("--desk", "nowhere")
