"""Programs that read untrusted files: each run is a separate process, so a crash stays there.

The programs limit their own CPU time and memory, and import nothing of ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

_LOADER = ("LD_LIBRARY_PATH", "PATH")  # all that a program needs of our environment
_STOPPED = (-signal.SIGXCPU, -signal.SIGKILL)


class DecoderStoppedError(Exception):
    """A program exceeded its time limit."""


def run_decoder(
    program: Path, *numbers: int, content: bytes, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    """Run a program on the content of a file. Raises DecoderStoppedError.

    seconds: until it is stopped, on a busy machine; it may use much less CPU time.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program with numbers)
            [sys.executable, "-I", str(program), *map(str, numbers)],
            input=content,
            capture_output=True,
            check=False,
            timeout=seconds,
            env={name: os.environ[name] for name in _LOADER if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise DecoderStoppedError from None
    if done.returncode in _STOPPED:
        raise DecoderStoppedError
    return done
