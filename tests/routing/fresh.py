"""Candidates as a service reads them: with the desk's version of its own transaction."""

from __future__ import annotations

from accounts.models import DepartmentKind
from routing import candidates
from tickets.models import Ticket


def list_candidates(ticket: Ticket, *, kind: DepartmentKind | None = None) -> candidates.Candidates:
    ticket.desk.refresh_from_db(fields=["config_version"])
    return candidates.list_candidates(ticket, kind=kind)
