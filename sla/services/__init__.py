"""The only writers of clocks.

Start with reactions.py: what each event does. book.py finds the targets of a ticket, clocks.py
starts, pauses and ends its clocks, planning.py calculates their deadlines, pauses.py says when they
pause, levels.py has the internal targets. May import tickets and accounts.
"""

from sla.services.book import (
    find_ticket_targets,
    get_book,
    get_working_hours,
)
from sla.services.reactions import replan_for_properties, replan_ticket

__all__ = [
    "find_ticket_targets",
    "get_book",
    "get_working_hours",
    "replan_for_properties",
    "replan_ticket",
]
