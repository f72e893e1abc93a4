"""Poison for a worker: loaded by its option -I, it acts on the words of an email.

KILL: the process gets SIGKILL, as from the kernel when it is out of memory. HANG: it never ends,
and the task has a time limit of two seconds.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from channels_intake.incoming import mail, reading
from channels_intake.tasks import read_inbound

read_inbound.soft_time_limit = 2
REAL = mail.accept_mail


def accept(inbound: Any, *args: Any, **options: Any) -> Any:
    """Do what the raw email says, in the middle of its transaction."""
    raw = bytes(inbound.raw)
    if b"KILL" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    while b"HANG" in raw:
        signal.pause()
    return REAL(inbound, *args, **options)


reading.accept_mail = accept
