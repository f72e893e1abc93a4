"""Escalation ladders (M104): alerts around a clock's deadline until a person acknowledges.

schedule.py has the times of the steps (pure), terms.py the ladders as values and which one a ticket
follows. running.py starts, moves and ends a ladder with the ticket's clocks, stepping.py is the
sweep, acknowledging.py stops it, changing.py lets open tickets follow changed ladders, one by one
in following.py, duty.py finds the agents, gaps.py warns of hours without anyone on call,
selectors.py reads a ladder for pages. What leaves the product (team chat, paging) follows the
events, in channels_intake.
"""

from sla.ladders.acknowledging import acknowledge

__all__ = ["acknowledge"]
