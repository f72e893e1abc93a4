"""Links whose text looks like another address than theirs: the real host is shown beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from accounts.texts import strip_direction_controls

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_BREAKS = ("softbreak", "hardbreak")
# An address with a scheme or "www." anywhere in the text, or a name such as bank.example alone.
# The scheme is limited, so that a long word takes linear time.
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}:/{2,}|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\s@/]+@)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)


def name_masked_hosts(tokens: Sequence[Token]) -> None:
    """Add the real host in parentheses to each link of inline tokens that names another one.

    What turns the direction of a text is left out beside links, so it can't turn the host.
    """
    for token in tokens:
        if token.children and any(child.type == "link_open" for child in token.children):
            for child in token.children:
                child.content = strip_direction_controls(child.content)
            token.children = _add_hosts(token.children)


def _add_hosts(children: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    words: list[str] = []
    href = ""
    for child in children:
        if child.type == "link_open":
            href, words = str(child.attrGet("href") or ""), []
        elif child.type == "link_close":
            if host := find_masked_host("".join(words), href):
                found.append(Token("text", "", 0, content=f" ({host})"))
        else:
            words.append(" " if child.type in _BREAKS else child.content)
        found.append(child)
    return found


def find_masked_host(text: str, href: str) -> str:
    """Return the host or address that a link leads to if its text names another one, else ""."""
    shown = _INVISIBLE.sub("", strip_direction_controls(unicodedata.normalize("NFKC", text)))
    named = _ADDRESS.findall(shown) or _NAME.fullmatch(shown.strip())
    if not named:
        return ""
    addresses = named if isinstance(named, list) else [named[0]]
    real = _get_host(href)
    return real if any(_get_host(one) != real for one in addresses) else ""


def _get_host(address: str) -> str:
    """Return what an address leads to: its host without "www.", or an email address."""
    if address.lower().startswith("mailto:"):
        return address[len("mailto:") :].partition("?")[0].lower()
    if "@" in address and "/" not in address:
        return address.lower()
    whole = address if "://" in address else f"//{address.removeprefix('//')}"
    try:
        host = urlsplit(whole).hostname or ""
    except ValueError:  # such as an unfinished IPv6 address
        return address.lower()
    return host.removeprefix("www.").rstrip(".")
