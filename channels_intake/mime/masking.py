"""Mask the token of a reply address wherever an email is shown: it lets anyone write as its person.

Deliveries and the stored raw email keep it. In a part that is encoded as base64 it is not found.
"""

from __future__ import annotations

import re

MASK = "********"

# Behind a plus in any spelling, also across soft line breaks of quoted-printable, or alone, as
# providers pass it on.
_TOKEN = re.compile(
    r"(?<=\+)(?:[A-Za-z2-7](?:=\r?\n)?){25}[A-Za-z2-7](?!\w)"
    r"|(?<=%2[Bb])[A-Za-z2-7]{26}(?!\w)"
    r"|(?<![\w+/=-])[a-z2-7]{26}(?![\w+/=-])"
)


def mask_tokens(text: str) -> str:
    """Mask the tokens of reply addresses in a text: support+********@desk.example."""
    return _TOKEN.sub(MASK, text)


def mask_source(raw: bytes) -> bytes:
    """Mask the tokens in the source of a mail. All other bytes stay unchanged."""
    return mask_tokens(raw.decode("latin-1")).encode("latin-1")
