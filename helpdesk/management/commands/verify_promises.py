"""`manage.py verify_promises`: replay the SLA clocks of a desk and print what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.tenancy import desk_scope
from helpdesk.desks.lookup import get_desk
from sla.explaining.replay import Difference
from sla.explaining.verification import verify_tickets


class Command(BaseCommand):
    help = (
        "Recompute every SLA clock of a desk from its append-only entries and the recorded versions"
        " of calendars and policies, and the deadline of each ticket from its clocks. Prints the"
        " differences, if any, and then exits with status 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--desk", required=True, metavar="SLUG", help="The desk's slug.")
        parser.add_argument("--ticket", type=int, metavar="NUMBER", help="Only this ticket.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        clocks = different = incomplete = 0
        with desk_scope(desk):
            for verdict in verify_tickets(desk_id=desk.pk, number=options["ticket"]):
                clocks += bool(verdict.kind)
                different += len(verdict.differences)
                incomplete += not verdict.is_complete
                name = f"{desk.ticket_prefix}-{verdict.number} {verdict.kind or 'ticket'}"
                for difference in verdict.differences:
                    self.stdout.write(f"{name}: {describe(difference)}")
        if incomplete:
            self.stdout.write(
                f"Clocks with a deadline from before calendar versions were recorded, which"
                f" can't be recomputed: {incomplete:,}."
            )
        if different:
            raise CommandError(f"{clocks:,} clocks replayed. Differences: {different:,}.")
        self.stdout.write(f"{clocks:,} clocks replayed, no differences.")


def describe(difference: Difference) -> str:
    """Return a difference as a line."""
    name, at, recorded, computed = difference
    where = f" recorded {at.isoformat()}" if at else ""
    return f"{name}{where}: {recorded or '-'}, recomputed {computed or '-'}"
