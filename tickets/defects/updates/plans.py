"""The planned version and date of a fix, as far as they are true for a ticket. No query."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from accounts.models import ProductLine
from tickets.models import Defect, Ticket


class Plan(NamedTuple):
    """The version that will have a fix, and the date by which it is planned."""

    version: str = ""
    on: date | None = None


def find_plan(defect: Defect, ticket: Ticket) -> Plan:
    """Return the plan for the product line of a ticket, or an empty one if it has none.

    A plan for another line promises this one nothing. A plan for no line in particular is kept with
    the first release: a line that still waits after it has no plan. Reads defect.releases.
    """
    line_id = find_line_id(defect, ticket)
    if line_id is not None and not _is_for_line(defect, line_id):
        return Plan()
    return get_whole_plan(defect)


def get_whole_plan(defect: Defect) -> Plan:
    """Return the plan for whichever line it is."""
    return Plan(defect.planned_version, defect.planned_on)


def _is_for_line(defect: Defect, line_id: int) -> bool:
    if defect.planned_line_id is not None:
        return defect.planned_line_id == line_id
    lines = {release.line_id for release in defect.releases.all()}
    return not lines or bool(lines & {line_id, None})


def find_line_id(defect: Defect, ticket: Ticket) -> int | None:
    """Return the ID of the product line of a ticket, or None if it isn't known."""
    line = find_line(defect, ticket)
    return line.pk if line else None


def find_line(defect: Defect, ticket: Ticket) -> ProductLine | None:
    """Return the product line of a ticket, else its account's, if it is one of the product."""
    lines = (ticket.product_line, ticket.account.product_line if ticket.account else None)
    fitting = (line for line in lines if line and defect.product_id in (None, line.product_id))
    return next(fitting, None)
