"""Delivery of events to LATER followers: rows that are made once each, by tasks and sweeps.

after_commit.py announces the events of a transaction and queues the task, making.py makes the
deliveries with the statements of rows.py, archive.py keeps those that were made by month. May
import accounts and the rest of tickets, but not changes.py, which calls it. Start with making.py.
"""

from tickets.deliveries.making import deliver, deliver_due, deliver_one
from tickets.deliveries.rows import MAX_ATTEMPTS

__all__ = ["MAX_ATTEMPTS", "deliver", "deliver_due", "deliver_one"]
