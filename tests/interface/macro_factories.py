"""Components of macros and bulk changes, for the tests of partials."""

from __future__ import annotations

from typing import Any

from helpdesk.agent.macros.progress import ProgressCard, RefusalLine
from helpdesk.shared.components import Link


def make_progress(**changes: Any) -> ProgressCard:
    given = {
        "title": "Bulk change",
        "url": "",
        "handled": 3,
        "total": 5,
        "status": "Checked 3 of 5 tickets.",
        "results": ("2 tickets changed.",),
        "refusals": (
            RefusalLine("The ticket is closed.", "1 ticket", (Link("/tickets/1", "RC-1"),)),
        ),
    }
    return ProgressCard(**(given | changes))
