"""deploy/systemd: the same commands as everywhere, accepted by systemd, with few rights."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from django.conf import settings

from helpdesk import commands
from tests.deploy.upstream import run
from tests.programs import find_program

FOLDER = Path(settings.BASE_DIR) / "deploy" / "systemd"
UNITS = sorted(FOLDER.iterdir())
BINARIES = "/opt/plumbline/.venv/bin/"
MAX_EXPOSURE = "20"  # tenths; systemd calls up to 40 OK, and a service without hardening has 96


def read(unit: str, name: str) -> str:
    text = (FOLDER / f"plumbline-{unit}.service").read_text()
    [value] = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    return value


def test_units_run_the_commands_of_the_other_installations() -> None:
    expected = {
        "web": commands.build_web(host="127.0.0.1", port=8000),
        "beat": commands.build_beat("/var/lib/plumbline/beat"),
    } | {name: commands.build_worker(name) for name in commands.WORKERS}
    assert {unit.name for unit in UNITS} == {
        "plumbline.target",
        *(f"plumbline-{name}.service" for name in expected),
    }
    for name, command in expected.items():
        written = read(name, "ExecStart")
        assert written.startswith(BINARIES)
        assert "%" not in written.replace("%%", "")  # a single one is systemd's own
        assert shlex.split(written.removeprefix(BINARIES).replace("%%", "%")) == command


def test_units_stop_as_the_documentation_says() -> None:
    documented = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    assert "give web 10 seconds and the workers 30" in documented
    assert {name: read(name, "TimeoutStopSec") for name in ("web", *commands.WORKERS)} == {
        "web": "10",
        **dict.fromkeys(commands.WORKERS, "30"),
    }
    # Otherwise a worker's children get the signal, too, and end in the middle of their tasks.
    assert {read(name, "KillMode") for name in ("web", "beat", *commands.WORKERS)} == {"mixed"}


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units for this folder instead of /opt/plumbline: systemd looks for the programs."""
    for unit in UNITS:
        text = unit.read_text().replace(BINARIES, f"{Path(sys.executable).parent}/")
        text = text.replace("/opt/plumbline", str(settings.BASE_DIR))
        (tmp_path / unit.name).write_text(text)
    return sorted(str(path) for path in tmp_path.iterdir())


def test_systemd_accepts_the_units_and_finds_them_hardened(units: list[str]) -> None:
    analyze = find_program("systemd-analyze")
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{Path(units[0]).parent}:"}
    assert run(analyze, "verify", *units, env=environment) == ""
    for unit in units:
        if unit.endswith(".service"):
            run(analyze, "security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", unit)
