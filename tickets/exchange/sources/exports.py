"""What the readers of other help desks share: going through their files, and small translations.

Readers yield problems of the kind "file" with the file's name as their ID.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from typing import Any

from django.utils.translation import gettext as _

from tickets.exchange.records import Problem, Record, read_id
from tickets.exchange.source_file import SourceFile, UnreadableError
from tickets.exchange.sources.csv_files import Row, read_csv
from tickets.exchange.sources.faults import Fault
from tickets.exchange.sources.json_files import Item, read_json

JSON, CSV = (".json", ".ndjson", ".jsonl"), (".csv",)
FILE = "file"  # the kind of problems with a file or a part of it
_CLUTTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.)", re.IGNORECASE)  # as packing adds it
_ATTACHED = re.compile(r"(?:^|/)(?:attachments?|files?)/(?:.*/)?(\d+)(?:[/_. -]|$)", re.IGNORECASE)


def list_files(file: SourceFile, *endings: str) -> list[str]:
    """Return the names of the files to read; attached files are not among them.

    page_2 comes before page_10: of two records with one ID, the later page counts.
    """
    names = sorted(file.list_names(), key=_split_numbers)
    return [
        name
        for name in names
        if name.lower().endswith(endings)
        and not _CLUTTER.search(name)
        and not (file.is_archive and _ATTACHED.search(name.replace("\\", "/")))
    ]


def require_files(file: SourceFile, *endings: str) -> list[str]:
    """Return the names of the files to read. Raises UnreadableError if there are none."""
    names = list_files(file, *endings)
    if not names:
        text = _(
            "There is no file with one of these extensions: %(endings)s. Export your data from the "
            "old help desk in one of these formats."
        )
        raise UnreadableError(text % {"endings": ", ".join(endings)})
    return names


def _split_numbers(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", name)
    return [(int(part[:20]), part) if part.isdecimal() else (-1, part) for part in parts]


def index_attached(file: SourceFile) -> dict[str, str]:
    """Return the attached files of an archive by the ID in their path.

    That is the last number that begins a part of it: attachments/498483/log.txt,
    attachments/35436/498483_log.txt and files/498483.
    """
    found = {}
    for name in file.list_names() if file.is_archive else []:
        if match := _ATTACHED.search(name.replace("\\", "/")):
            found[match[1]] = name
    return found


def read_items(file: SourceFile, name: str) -> Iterator[Item | Problem]:
    """Yield the objects of a JSON file, and problems for what can't be read."""
    with file.open(name) as entry:
        for each in read_json(entry):
            yield describe(name, each) if isinstance(each, Fault) else each


def read_rows(file: SourceFile, name: str) -> Iterator[Row | Problem]:
    """Yield the rows of a CSV file, and problems for what can't be read."""
    with file.open(name) as entry:
        for each in read_csv(entry):
            yield describe(name, each) if isinstance(each, Fault) else each


def describe(name: str, fault: Fault) -> Problem:
    """Return the problem for a part of a file."""
    return Problem(FILE, name[-150:], fault.code, {"line": fault.line, **fault.data})


# Properties by which each help desk's tickets are known from those of the others.
SIGNS = {
    "zendesk": {"assignee_id", "submitter_id", "submitter"},
    "freshdesk": {"responder_id", "responder"},
    "zoho": {"ticketNumber", "statusType", "contactId"},
}


def is_of_another(source: str, value: dict[str, Any]) -> bool:
    """Return True for a ticket of another help desk than the one that was chosen."""
    others = set().union(*(signs for name, signs in SIGNS.items() if name != source))
    return bool(others & value.keys()) and not SIGNS[source] & value.keys()


class LeftOut:
    """Counts records of kinds that aren't imported, for one problem per kind."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, kind: str) -> None:
        self._counts[kind[:100]] += 1

    def report(self) -> Iterator[Problem]:
        """Yield a problem for each kind."""
        for kind, count in sorted(self._counts.items()):
            yield Problem(FILE, kind, "left_out", {"kind": kind, "count": count})


class Answers:
    """The custom fields that tickets have values of, where an export doesn't describe its fields.

    vendor: names fields that have only a number.
    """

    def __init__(self, vendor: str = "") -> None:
        self._samples: dict[str, Any] = {}
        self._vendor = vendor

    def note(self, ticket: Record) -> None:
        """Remember the fields of a ticket."""
        for key, value in ticket.get("fields", {}).items():
            self._samples.setdefault(key, value)

    def list_fields(self, besides: Container[str] = ()) -> Iterator[Record]:
        """Yield a field for each of them, for agents only. besides: keys of described ones."""
        for key, sample in sorted(self._samples.items()):
            if key in besides:
                continue
            words = key.removeprefix("cf_").replace("_", " ").strip()
            is_bare = key.isdigit()
            label = f"{self._vendor} {key}" if is_bare else words[:1].upper() + words[1:]
            kind = "checkbox" if isinstance(sample, bool) else "text"
            yield make_record("field", key, key=key, label=label or key, type=kind)


def make_record(kind: str, source_id: object, /, **properties: Any) -> Record:
    """Return a neutral record without the properties that say nothing."""
    said = {name: value for name, value in properties.items() if value not in (None, "", [], {})}
    return {"kind": kind, "id": source_id, **said}


def get_text(value: object) -> str:
    """Return text without blanks around it; "" for what is neither a text nor a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def get_dict(value: object) -> dict[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def get_dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; none for anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def get_texts(value: object) -> list[str]:
    """Return the texts of a list, or those that commas separate."""
    given = value.split(",") if isinstance(value, str) else value
    texts = [get_text(each) for each in given] if isinstance(given, list) else []
    return list(dict.fromkeys(filter(None, texts)))


def get_ids(value: object) -> list[str]:
    """Return the IDs of a list."""
    found = [read_id(each) for each in value] if isinstance(value, list) else []
    return list(dict.fromkeys(filter(None, found)))


def find_number(name: str) -> str:
    """Return the last number in a file's path, which is how dumps of an API name a ticket's own."""
    return (re.findall(r"\d+", name) or [""])[-1]


def require_found(found: Iterator[Record | Problem]) -> Iterator[Record | Problem]:
    """Yield what a reader found. Raises UnreadableError if there is no record in it."""
    has_record = False
    for each in found:
        has_record = has_record or isinstance(each, dict)
        yield each
    if not has_record:
        raise UnreadableError(
            _("There are no records of this help desk in the file. Did you choose the right one?")
        )
