"""Sections of a configuration file: each lists rows of one kind by their names.

A section reads and saves rows by a view of the API, as a request would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk, User

Item = dict[str, Any]
Key = tuple[Any, ...]
MAX_ROWS = 2000
MOVED = "was"  # the name that a row had before, for one that is renamed
UNSHOWN = {"position", "rank", "member_ids", "members", "applies_to", "version"}


@dataclass(frozen=True)
class Call:
    """What the API's views need of a request: who calls, and the data."""

    agent: Agent
    data: Item = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        """The desk of the agent."""
        return self.agent.desk

    @property
    def user(self) -> User:
        """The person who signed in."""
        return self.agent.user


class Section:
    """Rows of one kind. place: the field of the API with a row's position, "" if it has none.

    unshown: fields that the file leaves out, besides UNSHOWN. new: values of a new row, which the
    file can't have. max_rows: the most that a file can have. People aren't configuration: members
    stay as they are, and a new row has none.
    """

    def __init__(
        self,
        name: str,
        view: type[Any],
        *,
        keys: tuple[str, ...] = ("name",),
        place: str = "",
        unshown: tuple[str, ...] = (),
        new: Item | None = None,
        max_rows: int = MAX_ROWS,
    ) -> None:
        self.name, self.view, self.key_names, self.place = name, view, keys, place
        self.max_rows = max_rows
        self.unshown, self.new = UNSHOWN | set(unshown), new or {}
        self.fields: set[str] = set()  # once they are read

    def get_key(self, item: Item) -> Key:
        """Return what names a row in the file."""
        return tuple(item.get(name) for name in self.key_names)

    def has_key(self, item: Item) -> bool:
        """Return True if an item says which row it is."""
        key = self.get_key(item)
        return all(isinstance(part, str) for part in key) and any(key)

    def read_items(self, content: Any) -> list[Any] | None:
        """Return the items of the section in a file, or None if it isn't a list."""
        return content if isinstance(content, list) else None

    def write_items(self, shown: dict[Key, Item]) -> Any:
        """Return the section as a file has it."""
        return list(shown.values())

    def get_shape(self) -> str:
        """Return what the section must look like."""
        return _("Enter a list here, with a dash before each row.")

    def get_path(self, place: int) -> tuple[str | int, ...]:
        """Return where an item is in the file."""
        return (self.name, place)

    def make_view(self, agent: Agent, data: Item | None = None) -> Any:
        """Return the view as if the agent had sent the data."""
        view = self.view()
        view.request = Call(agent, data or {})
        view.kwargs, view.args, view.format_kwarg = {}, (), None
        return view

    def list_rows(self, agent: Agent) -> list[Model]:
        """Return the desk's rows in their order."""
        return list(self.make_view(agent).get_rows())

    def describe(self, agent: Agent, row: Model) -> Item:
        """Return a row with all fields that the API writes."""
        return dict(self.make_view(agent).describe(row))

    def show(self, agent: Agent, row: Model) -> Item:
        """Return a row as the file has it: names in place of ids, and nothing that is read-only."""
        fields, found = self.list_fields(agent), self.describe(agent, row)
        return {name: name_rows(value) for name, value in found.items() if name in fields}

    def list_fields(self, agent: Agent) -> set[str]:
        """Return the fields that an item can have."""
        if not self.fields:
            known = self.make_fields(agent)
            self.fields = {name for name, each in known.items() if not each.read_only}
        return self.fields - self.unshown

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        """Return the fields of the API that writes the rows, by name."""
        fields: Mapping[str, Any] = self.make_view(agent).make_serializer().fields
        return fields

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        """Save an item as a new row, or as the new values of a row.

        Fields that the item doesn't have stay as they are. Raises errors of the API's views.
        """
        data = {**(self.describe(agent, row) if row else self.new), **item}
        view = self.make_view(agent, data)
        view.write(row or view.model(desk=agent.desk), view.read(view.request))

    def put_in_order(self, agent: Agent, rows: list[Model]) -> None:
        """Give the rows the positions of the list, counted from 1."""
        for place, row in enumerate(rows, start=1):
            self.save(agent, row, {self.place: place})

    def remove(self, agent: Agent, row: Model) -> None:
        """Delete a row. Raises ConflictError while others need it."""
        self.make_view(agent).remove(row)


def name_rows(value: Any) -> Any:
    """Return a value of the API with names in place of references."""
    if isinstance(value, dict) and {"kind", "id", "name"} <= set(value):
        return value.get("email") or value["name"]
    if isinstance(value, dict):
        return {str(key): name_rows(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [name_rows(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
