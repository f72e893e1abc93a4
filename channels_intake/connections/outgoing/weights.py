"""The length of a text as X counts it. Pure.

Latin letters and common punctuation count 1, everything else 2, an emoji 2 however many characters
it is made of, and a link 23. As in docs.x.com/fundamentals/counting-characters and version 3 of
the configuration of X's own library, twitter-text.
"""

from __future__ import annotations

import re
import unicodedata

from publicsuffixlist import PublicSuffixList

LINK_WEIGHT = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # code points that count 1
_SUFFIXES = PublicSuffixList()
_LINK = re.compile(r"https?://[\x21-\x7e]*[^\s).,:;!?'\"…\u0080-\U0010ffff]", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<![\w@.-])(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(?![\w-])", re.IGNORECASE)
_PICTURE = "[\u231a-\u27bf\u2934-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\u00a9\u00ae]"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = f"{_PICTURE}\ufe0f?{_TONE}?"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*"
    "(?:[\U000e0020-\U000e007f]+)?"
)
_STAND_IN = "\u3000"  # a character that counts 2, for an emoji


def count_weighted(text: str) -> int:
    """Return how many characters X counts. Where X may count fewer, this counts more."""
    rest, links = _LINK.subn("", unicodedata.normalize("NFC", text))
    bare = [found[0] for found in _DOMAIN.finditer(rest) if _is_domain(found[0])]
    more = sum(max(LINK_WEIGHT - len(name), 0) for name in bare)
    shown = _EMOJI.sub(_STAND_IN, rest)
    return LINK_WEIGHT * links + more + sum(1 if _is_light(char) else 2 for char in shown)


def _is_domain(name: str) -> bool:
    """Return True for what X makes a link of without https://, such as "example.com"."""
    return bool(_SUFFIXES.publicsuffix(name.lower(), accept_unknown=False))


def _is_light(char: str) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in LIGHT)
