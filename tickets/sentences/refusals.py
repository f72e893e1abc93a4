"""What mail servers say when they refuse an email, in plain sentences (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class _Refusal(NamedTuple):
    words: re.Pattern[str]
    sentence: str | Promise


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


# The first one that fits counts. What is after 4 or 5 in an enhanced status is its meaning.
_REFUSALS = [
    _Refusal(
        _pattern(
            r"\b[45]\.2\.2\b|(?:mailbox|inbox|account)(?: is)? full|over ?quota|quota exceeded"
        ),
        _("The recipient's mailbox is full."),
    ),
    _Refusal(
        _pattern(r"\b5\.2\.1\b|mailbox (?:is )?(?:disabled|inactive)|account (?:is )?disabled"),
        _("The recipient's mailbox is disabled."),
    ),
    _Refusal(
        _pattern(
            r"\b5\.1\.(?:1|6|10)\b|(?:user|recipient|mailbox|address)(?: is)? unknown"
            r"|(?:user|recipient|mailbox|address) not found|does(?: not|n't) exist"
            r"|(?:unknown|invalid|no such) (?:user|recipient|mailbox|address)"
        ),
        _("The recipient's mail server says that the address doesn't exist."),
    ),
    _Refusal(
        _pattern(r"\b5\.(?:1\.2|4\.4)\b|(?:domain|host)(?: name)? not found|nxdomain"),
        _("The domain of the address doesn't exist or receives no email."),
    ),
    _Refusal(
        _pattern(r"\b[45]\.4\.7\b|delivery time expired|(?:retry timeout|too long|time) exceeded"),
        _("The recipient's mail server couldn't be reached for too long."),
    ),
    _Refusal(
        _pattern(r"\b5\.7\.\d{1,3}\b|\bspam\b|\bblock(?:ed|list)|blacklist|\bdmarc\b|reputation"),
        _("The recipient's mail server blocked the email."),
    ),
    _Refusal(
        _pattern(r"^4\d\d\b|\b4\.\d{1,3}\.\d{1,3}\b"),
        _("The recipient's mail server kept putting the email off."),
    ),
    _Refusal(
        _pattern(r"^5\d\d\b|\b5\.\d{1,3}\.\d{1,3}\b"),
        _("The recipient's mail server refused the email."),
    ),
]


def describe_refusal(words: str) -> str:
    """Return a plain sentence with a server's words, or the words alone if they mean nothing known.

    Never raises: the words are the server's choice.
    """
    found = next((one for one in _REFUSALS if one.words.search(words)), None)
    if found is None:
        return words
    sentence = gettext("%(sentence)s It said: “%(words)s”")
    return sentence % {"sentence": found.sentence, "words": words}
