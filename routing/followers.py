"""What routing does when something happens to a ticket."""

from __future__ import annotations

from routing.services import file_ticket, place_ticket, take_from_outsider
from tickets.log import Followers, Kind
from tickets.models import TicketEvent
from tickets.saving import save_fields


def file_and_place(event: TicketEvent) -> None:
    crew = file_ticket(event.ticket, at=event.at)
    place_ticket(event.ticket, at=event.at, crew=crew)


def refile(event: TicketEvent) -> None:
    """The account has another plan or status, or is known by now: the ticket goes to the department that fits, with
    whoever has it, unless its tickets are hidden from them."""
    before = event.ticket.department_id
    crew = file_ticket(event.ticket, at=event.at)
    save_fields(event.ticket, "department", "route_reasons")
    if event.ticket.department_id != before:
        take_from_outsider(event.ticket, at=event.at, crew=crew)


def hand_up(event: TicketEvent) -> None:
    """An escalated ticket goes to somebody of the next level, or waits for one."""
    before, after = event.data["level"]
    if before != after:
        place_ticket(event.ticket, at=event.at)


def find_somebody(event: TicketEvent) -> None:
    """A ticket that is open again has somebody (M13)."""
    assignee = event.ticket.assignee
    if assignee is None or not assignee.can_write:
        place_ticket(event.ticket, at=event.at)


NOW: Followers = {
    Kind.TICKET_OPENED: file_and_place,
    Kind.TERMS_CHANGED: refile,
    Kind.SENDER_PROVEN: refile,
    Kind.ESCALATED: hand_up,
    Kind.CUSTOMER_RESPONDED: find_somebody,
    Kind.TICKET_REOPENED: find_somebody,
}
