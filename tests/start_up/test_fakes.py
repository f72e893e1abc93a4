"""The fakes of vendors are a part of the demo and of tests. Nothing of them runs in production."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.start_up.test_settings import ROOT, VALID

LOAD = """
import sys, django
django.setup()
import helpdesk.celery, helpdesk.urls
print([name for name in sys.modules if name.startswith("helpdesk.demo.vendors.")])
"""


def list_fakes(**changes: str) -> str:
    environment = {"PATH": os.environ["PATH"], **VALID, **changes}
    environment["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    command = [sys.executable, "-c", LOAD]
    ran = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_production_loads_no_fake() -> None:
    assert list_fakes() == "[]"


def test_the_demo_loads_them() -> None:
    assert "helpdesk.demo.vendors.x" in list_fakes(PLUMBLINE_MODE="demo")
