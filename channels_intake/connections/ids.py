"""IDs of vendors, as they are stored. Pure."""

from __future__ import annotations

import hashlib

MAX_ID_CHARS = 190


def fit_id(external_id: str) -> str:
    """Return an ID as it is stored: one that is too long as its hash."""
    if len(external_id) <= MAX_ID_CHARS:
        return external_id
    return hashlib.sha256(external_id.encode()).hexdigest()
