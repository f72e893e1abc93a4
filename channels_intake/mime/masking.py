"""Hiding the secret of a reply address wherever a mail is shown: who knows it may speak as the person it names.

Deliveries and the stored raw mail keep it. In a part that is encoded as base64 it is not found.
"""

from __future__ import annotations

import re

SHOWN = "********"

# Behind a plus in any spelling, also over soft line breaks of quoted-printable; or alone, as providers hand it on.
_TOKEN = re.compile(
    r"(?<=\+)(?:[A-Za-z2-7](?:=\r?\n)?){25}[A-Za-z2-7](?!\w)"
    r"|(?<=%2[Bb])[A-Za-z2-7]{26}(?!\w)"
    r"|(?<![\w+/=-])[a-z2-7]{26}(?![\w+/=-])"
)


def mask_tokens(text: str) -> str:
    """The text with the secret part of reply addresses hidden: support+********@desk.example."""
    return _TOKEN.sub(SHOWN, text)


def mask_source(raw: bytes) -> bytes:
    """The same for the source of a mail; all other bytes stay as they are."""
    return mask_tokens(raw.decode("latin-1")).encode("latin-1")
