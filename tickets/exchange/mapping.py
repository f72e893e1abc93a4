"""How a run translates the source's own words: states, priorities, departments, people, fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tickets.errors import InvalidValueError
from tickets.models import State

# Words of other help desks for our states; a run's own mapping comes first.
STATES = {
    "new": State.OPEN,
    "pending": State.WAITING,
    "hold": State.INVESTIGATING,
    "on-hold": State.INVESTIGATING,
    "on hold": State.INVESTIGATING,
    "in progress": State.INVESTIGATING,
    "waiting on customer": State.WAITING,
    "solved": State.CLOSED,
    "resolved": State.CLOSED,
    "deleted": State.CLOSED,
    **{state.value: state for state in State},
}
MAX_ENTRIES = 5_000
NONE = 0  # among the choices for departments: no department


@dataclass(frozen=True, slots=True)
class Mapping:
    """The choices of an import, by the source's words (matched without regard to case).

    states: to a State. priorities: to the ID of a priority. departments: to the ID of a
    department, or NONE. agents: by the source's ID to the ID of an agent. fields: by the source's
    key to the key of one of the desk's fields, or "" to leave it out. start_clocks: open tickets
    get SLA clocks, which start with the import; otherwise none.
    """

    states: dict[str, str] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    agents: dict[str, int] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    start_clocks: bool = False

    @classmethod
    def from_json(cls, given: AnyMapping[str, Any]) -> Mapping:
        """Read a stored or uploaded mapping. Raises InvalidValueError naming what is wrong."""
        names = set(cls.__dataclass_fields__)
        if unknown := sorted(set(given) - names):
            text = _("“%(name)s” isn't part of a mapping. Use: %(names)s.")
            values = {"name": unknown[0][:50], "names": ", ".join(sorted(names))}
            raise InvalidValueError(unknown[0], text % values)
        kinds: dict[str, type] = {"states": str, "fields": str}
        read = {
            name: _read_words(name, given.get(name, {}), kinds.get(name, int))
            for name in names - {"start_clocks"}
        }
        start_clocks = given.get("start_clocks", False)
        if not isinstance(start_clocks, bool):
            raise InvalidValueError("start_clocks", _("Enter true or false."))
        if wrong := sorted(set(read["states"].values()) - set(State.values)):
            text = _("“%(name)s” isn't a status. Use: %(names)s.")
            values = {"name": wrong[0][:50], "names": ", ".join(State.values)}
            raise InvalidValueError("states", text % values)
        return cls(start_clocks=start_clocks, **read)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def make_digest_part(self, data: AnyMapping[str, Any]) -> str:
        """Return what, besides the record itself, decides how it is imported.

        Only its own words count: a new word in a later file doesn't change the other records.
        """
        fields = data.get("fields")
        words = [word for word in fields if word] if isinstance(fields, dict) else []
        keys = {word: self.fields.get(fold(word)) for word in words}
        chosen = {
            "state": self.states.get(_fold_value(data, "state")),
            "priority": self.priorities.get(_fold_value(data, "priority")),
            "department": self.departments.get(_fold_value(data, "department")),
            "assignee": self.agents.get(str(data.get("assignee", "")).strip()),
            "agent": self.agents.get(str(data.get("agent", "")).strip()),
            "fields": {
                word: key for word, key in keys.items() if key not in (None, make_key(word))
            },
        }
        said = {name: value for name, value in chosen.items() if value not in (None, {})}
        return json.dumps(said, sort_keys=True)

    def find_state(self, word: str) -> str | None:
        """Return the state for a word of the source, or None."""
        folded = fold(word)
        return self.states.get(folded) or STATES.get(folded)


def fold(word: str) -> str:
    """Return a word of the source as mappings have it."""
    return " ".join(word.split()).casefold()


def make_key(word: str) -> str:
    """Return the key of a field for a word of the source."""
    plain = re.sub(r"[^a-z0-9]+", "_", word.casefold()).strip("_")
    return (plain if plain[:1].isalpha() else f"field_{plain}")[:30].rstrip("_")


def _fold_value(data: AnyMapping[str, Any], name: str) -> str:
    return fold(str(data.get(name, "")))


def _read_words(name: str, given: Any, kind: type) -> dict[str, Any]:
    if not isinstance(given, dict) or len(given) > MAX_ENTRIES:
        raise InvalidValueError(name, _("Enter an object of at most 5,000 entries."))
    for value in given.values():
        if isinstance(value, bool) or not isinstance(value, kind):
            text = _("“%(value)s” isn't a possible value here.")
            raise InvalidValueError(name, text % {"value": str(value)[:50]})
    is_by_id = name == "agents"
    return {word.strip() if is_by_id else fold(word): value for word, value in given.items()}
