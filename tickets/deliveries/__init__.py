"""Delivery of events to LATER followers: one row per delivery, made once by tasks and sweeps.

after_commit.py announces the events of a transaction and queues the task, making.py makes the
deliveries with the statements of rows.py, archive.py keeps completed deliveries by month. May
import accounts and the rest of tickets, but not changes.py, which calls it. Start with making.py.
"""

from tickets.deliveries.making import deliver, deliver_due, deliver_one
from tickets.deliveries.rows import MAX_ATTEMPTS

__all__ = ["MAX_ATTEMPTS", "deliver", "deliver_due", "deliver_one"]
