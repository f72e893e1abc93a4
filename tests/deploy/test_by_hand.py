"""deploy/by_hand.sh: the whole installation without Docker works, as docs/operations.md says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk.supervisor.system_user import get_or_create_system_user
from tests.programs import find_program

PROGRAMS = ("nginx", "postfix", "openssl", "setpriv", "pkill")
SECONDS = 1800  # alone on two cores it takes less than 300
LEFT = "plumbline-by-hand-*"


@pytest.mark.skipif(
    os.geteuid() != 0 and "CI" not in os.environ, reason="Only root can start Postfix."
)
def test_an_installation_by_hand_works_and_survives() -> None:
    for name in PROGRAMS:
        find_program(name)
    as_root = ["sudo", "--non-interactive"] if os.geteuid() else []
    if not as_root:
        get_or_create_system_user()
    before = set(Path("/tmp").glob(LEFT))
    script = Path(settings.BASE_DIR) / "deploy" / "by_hand.sh"
    done = subprocess.run([*as_root, str(script)], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = [
        line.split()[0] for line in done.stdout.splitlines() if line[:4] in ("ok  ", "FAIL")
    ]
    assert set(verdicts) == {"ok"}
    assert len(verdicts) > 40
    assert set(Path("/tmp").glob(LEFT)) == before
