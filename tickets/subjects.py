"""Prefixes that mail clients put before a subject: "Re:", "AW:", "RES:", "回复：".

Pure: no database, no clock.
"""

from __future__ import annotations

import re

# As clients write them in their own language.
_REPLIES = (
    "re|res|ref|rif|rsp|r|ri|aw|antw|antwoord|antwort|sv|svar|vs|vast|va|odp|odg|ynt|yan|reply|ответ"
    "|отв|на|відп|απ|σχετ|השב|תגובה|رد|回复|回覆|答复|答覆|返信|回信|답장|회신|trả lời|bls|bal"
)
_FORWARDS = (
    "fw|fwd|wg|enc|tr|rv|i|pd|ilt|vb|vl|vd|doorst|trs|továbbítás|tov|prp|preposlať|пересл"
    "|переслано|πρθ|הועבר|إعادة توجيه|转发|轉寄|轉發|転送|전달"
)
# Re[2]: Re(2): Re^2: Re 2: and the colon of full width
_PREFIX = re.compile(
    rf"\s*(?:{_REPLIES}|({_FORWARDS}))\s*(?:\[\d{{1,3}}\]|\(\d{{1,3}}\)|\^?\d{{1,3}})?\s*[:：]\s*",
    re.IGNORECASE,
)


def strip_reply_prefixes(subject: str) -> str:
    """Return a subject without the prefixes at its beginning; "" if nothing else is there."""
    at = 0
    while found := _PREFIX.match(subject, at):
        at = found.end()
    return subject[at:]


def is_forward(subject: str) -> bool:
    """Return True if a subject begins with a prefix of a forward: "FW: Re: Printer"."""
    found = _PREFIX.match(subject)
    return bool(found and found[1])
