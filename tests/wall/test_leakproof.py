"""Hand-written conditions keep their index under row-level security."""

from __future__ import annotations

import re

from tests.start_up.test_layers import ROOT

# PostgreSQL doesn't count COALESCE as leakproof: the policy is checked first, on every row.
LEAKY = re.compile(r"\bid = \s*coalesce\(", re.IGNORECASE)
PACKAGES = ["accounts", "tickets", "sla", "routing", "channels_intake", "helpdesk"]


def test_no_statement_looks_a_key_up_by_coalesce() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(files) > 300
    assert [str(path) for path in files if LEAKY.search(path.read_text())] == []
