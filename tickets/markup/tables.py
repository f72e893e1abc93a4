"""The size of Markdown tables, before the time is spent on parsing them. Pure."""

from __future__ import annotations

import re

# The row below the heads, also within a quote or a list. The first part gives nothing back, so that
# a long line of these marks takes linear time.
_DELIMITERS = re.compile(r"[ \t>*+\d.)]*+[|:\- \t]+")


def count_cells(text: str) -> int:
    """Return how many cells the tables of a text have at most.

    Each row gets as many cells as its table has columns, even if it's only one character long.
    """
    cells = columns = 0
    for line in text.splitlines():
        if not line.strip(" \t>"):
            columns = 0
        elif "|" in line and "-" in line and _DELIMITERS.fullmatch(line):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells
