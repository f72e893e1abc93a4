"""A gate for a worker: loaded by its option -I, emails are accepted only while it is open.

The gate is a key in Valkey (tests.worker.tasks.GATE). Every email that reaches it is noted.
"""

from __future__ import annotations

from typing import Any

from channels_intake.incoming import mail, reading
from tests.worker.tasks import note, wait_for_gate

REAL = mail.accept_mail


def accept(inbound: Any, *args: Any, **options: Any) -> Any:
    """Wait until the gate is open, then accept the email."""
    note("mail waits")
    wait_for_gate()
    return REAL(inbound, *args, **options)


reading.accept_mail = accept
