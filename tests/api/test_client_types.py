"""The types of the example client are those of the schema."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.api.client_types import write_types

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TYPES = EXAMPLES / "plumbline_types.py"


def test_the_types_are_those_of_the_schema() -> None:
    ruff = [sys.executable, "-m", "ruff"]
    checked = subprocess.run(
        [*ruff, "check", "--fix-only", "--quiet", "--stdin-filename", str(TYPES), "-"],
        input=write_types(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    formatted = subprocess.run(
        [*ruff, "format", "--stdin-filename", str(TYPES), "-"],
        input=checked.stdout, capture_output=True, text=True, check=True,
    )  # fmt: skip
    if os.environ.get("KEEP_TYPES"):
        TYPES.write_text(formatted.stdout)
    assert TYPES.read_text() == formatted.stdout, "run it with KEEP_TYPES=1"
