"""Suggestions for a troubleshooting record: from a form's answers and from texts (M61). Pure.

The patterns are plain on purpose: each suggestion quotes the words that it was found in, so an
agent can see why, and decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from re import Match, Pattern

MAX_SCANNED = 20_000  # characters of one text
MAX_VALUE = 250  # characters, of a line in the record
AROUND = 40  # characters on each side of the words in a quote


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for a field of the record, and where it is from.

    answer: the label of the form's field, or "". quote, at: the words in a message, and its time.
    Without both, it is from the ticket's summary.
    """

    value: str
    answer: str = ""
    quote: str = ""
    at: datetime | None = None


# Words in the key or label of a form's field, and the field of the record. The first that fits.
ANSWERED = (
    (r"browser", "browser_version"),
    (r"operating|platform|\bos\b", "system_version"),
    (r"mobile|client|desktop|device", "client_version"),
    (r"version|release|build", "app_version"),
    (r"since|started|begin|began", "since"),
    (r"impact", "business_impact"),
    (r"affected|how many|users", "affected_users"),
    (r"steps|reproduc", "steps"),
    (r"changed|changes", "changes"),
    (r"environment|category|component|module|\barea", "areas"),
)
NUMBER = r"\d{1,5}(?:\.\d{1,5}){0,3}"
BROWSERS = r"Chrome|Chromium|Firefox|Safari|Microsoft Edge|Edge|Opera|Brave|Internet Explorer"
SYSTEMS = (
    r"Windows Server|Windows|macOS|Mac OS X|Ubuntu|Debian|CentOS|RHEL|Red Hat Enterprise Linux"
    r"|Fedora|SUSE|Rocky Linux|iOS|iPadOS|Android|Linux"
)
DAYS = (
    r"yesterday|today|this morning|last \w{3,12}|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|the (?:last )?(?:update|upgrade|migration|release|weekend|restart)|\d{1,4}[\d./:-]{0,16}"
)
EVENTS = r"updat(?:e|ed|ing)|upgrad(?:e|ed|ing)|migrat(?:ion|ed|ing)|restart(?:ed|ing)?|reinstall"


def _words(pattern: str) -> Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE)


# For each field, patterns of which the first that is found counts; the value is what matched.
FOUND: tuple[tuple[str, Pattern[str]], ...] = (
    ("browser_version", _words(rf"(?:{BROWSERS})(?:,? (?:version |v)?{NUMBER})?")),
    ("system_version", _words(rf"(?:{SYSTEMS})(?:,? (?:version |v)?{NUMBER})?")),
    ("app_version", _words(r"(?:(?:server|app) )?(?:version|release)[: ] ?v?\d+(?:\.\d+){1,3}")),
    ("app_version", _words(r"v?\d{1,3}\.\d{1,3}\.\d{1,4}(?!\.\d)")),
    ("since", _words(rf"since (?:{DAYS})")),
    ("affected_users", _words(r"all (?:of )?(?:our |the )?users|everyone|everybody|nobody can")),
    ("affected_users", _words(r"\d[\d,.]{0,8} (?:users|people|colleagues|agents|employees)")),
    ("changes", _words(rf"after (?:[\w.'-]+ ){{0,4}}?(?:{EVENTS})(?:[^.!?\n]|\.(?=\d)){{0,80}}")),
)
# The same for fields with choices: the value is that of the choice.
CHOSEN: tuple[tuple[str, str, Pattern[str]], ...] = (
    ("frequency", "intermittent", _words(r"sometimes|intermittent(?:ly)?|occasionally|randomly")),
    ("frequency", "consistent", _words(r"every time|always|consistently|each time")),
    ("worked_before", "no", _words(r"(?:has |have )?never worked")),
    ("worked_before", "yes", _words(r"used to work|worked (?:fine |well )?(?:before|until)")),
)
NEGATION = re.compile(r"(?:\bnot|\bnever|n't|n’t) (?:\w+ )?$", re.IGNORECASE)


def suggest_from_answers(answers: Iterable[tuple[str, str, str]]) -> dict[str, Suggestion]:
    """Return what a form's answers say, by field of the record. answers: (key, label, value).

    Several answers about one field are named and joined.
    """
    said: dict[str, list[tuple[str, str]]] = {}
    for key, label, value in answers:
        name = _find_field(f"{key.replace('_', ' ')} {label}")
        if name and value.strip():
            said.setdefault(name, []).append((label, " ".join(value.split())))
    return {name: _join(parts) for name, parts in said.items()}


def _find_field(words: str) -> str:
    return next((name for fits, name in ANSWERED if re.search(fits, words, re.IGNORECASE)), "")


def _join(parts: list[tuple[str, str]]) -> Suggestion:
    if len(parts) == 1:
        [(label, value)] = parts
    else:
        label = ", ".join(label for label, _value in parts)
        value = "; ".join(f"{each}: {value}" for each, value in parts)
    return Suggestion(_cut(value), answer=label)


def suggest_from_texts(texts: Iterable[tuple[datetime, str]]) -> dict[str, Suggestion]:
    """Return what messages say, by field of the record; the first message that says it counts.

    texts: when each was written, and its text.
    """
    found: dict[str, Suggestion] = {}
    for at, text in texts:
        scanned = text[:MAX_SCANNED]
        for name, pattern in FOUND:
            match = pattern.search(scanned)
            if match and name not in found:
                found[name] = Suggestion(_cut(" ".join(match[0].split())), "", _quote(match), at)
        for name, value, pattern in CHOSEN:
            match = pattern.search(scanned)
            if match and name not in found and not _is_negated(match):
                found[name] = Suggestion(value, "", _quote(match), at)
    return found


def _is_negated(match: Match[str]) -> bool:
    before = match.string[max(0, match.start() - 30) : match.start()]
    return bool(NEGATION.search(before))


def _quote(match: Match[str]) -> str:
    """Return the words with a few of those around them, on one line."""
    start, end = max(0, match.start() - AROUND), match.end() + AROUND
    words = " ".join(match.string[start:end].split())
    before = "…" if start else ""
    after = "…" if end < len(match.string) else ""
    return f"{before}{words}{after}"


def _cut(value: str) -> str:
    return value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1].rstrip() + "…"


def suggest(
    known: Mapping[str, str],
    answers: Iterable[tuple[str, str, str]],
    texts: Iterable[tuple[datetime, str]],
) -> dict[str, Suggestion]:
    """Return suggestions for the fields that are still empty. An answer counts before a text."""
    found = suggest_from_texts(texts) | suggest_from_answers(answers)
    return {name: each for name, each in found.items() if not known.get(name)}
