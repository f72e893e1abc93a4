"""Programs that tests need beside Python's packages. `.ci/run` installs them."""

from __future__ import annotations

import os
import shutil

import pytest


def find_program(name: str) -> str:
    """Return the program's path. Without it the test is skipped, or fails in CI."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed. CI needs it.")
    pytest.skip(f"{name} is not installed.")
