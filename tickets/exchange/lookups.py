"""What a slice of tickets refers to: settings by the source's words, people by their rows."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from django.utils.translation import gettext

from accounts.models import Agent, Contact, Department, Product
from tickets.errors import InvalidValueError
from tickets.exchange.mapping import NONE, fold, make_key
from tickets.exchange.people import get_placeholder
from tickets.exchange.slices import Row, Slice
from tickets.exchange.values import Values
from tickets.fields.definitions import load_fields
from tickets.fields.values import clean_value
from tickets.models import FieldKind, FormField, Priority
from tickets.models.forms import MAX_LINE

PEOPLE_FIELDS = {"contact": "contact", "account": "account", "assignee": "agent", "agent": "agent"}


class Lookups:
    """Finds rows for the words and IDs of records."""

    def __init__(self, into: Slice, rows: Collection[Row]) -> None:
        self.into = into
        into.known.load((row.kind, row.source_id) for row in rows)
        into.known.load(key for row in rows for key in _list_references(row))
        known = into.known
        ids = {known.get_id("contact", key[1]) for row in rows for key in _list_references(row)
               if key[0] == "contact"}  # fmt: skip
        self.contacts = Contact.objects.in_bulk([pk for pk in ids if pk])

    @cached_property
    def active_agents(self) -> frozenset[int]:
        """IDs of the agents who can work on tickets."""
        agents = Agent.objects.filter(desk=self.into.desk, is_active=True)
        return frozenset(agent.pk for agent in agents if agent.can_write)

    @cached_property
    def fields(self) -> dict[str, FormField]:
        return {field.key: field for field in load_fields(self.into.desk.pk)}

    @cached_property
    def priorities(self) -> dict[str, int]:
        rows = Priority.objects.filter(desk=self.into.desk)
        return {fold(row.name): row.pk for row in rows}

    @cached_property
    def default_priority_id(self) -> int:
        """The desk's priority for requests that name none (M33). A desk without any gets one."""
        desk = self.into.desk
        rows = Priority.objects.offered(desk=desk).order_by("-is_mail_default", "-rank")
        found = rows.first() or Priority.objects.create(
            desk=desk, name=gettext("Normal"), rank=1, is_mail_default=True
        )
        return found.pk

    @cached_property
    def departments(self) -> dict[str, int]:
        rows = Department.objects.filter(desk=self.into.desk)
        return {fold(row.name): row.pk for row in rows}

    @cached_property
    def products(self) -> dict[str, int]:
        rows = Product.objects.filter(desk=self.into.desk)
        return {fold(row.name): row.pk for row in rows}

    def find_priority(self, values: Values) -> int:
        word = values.line("priority", 190)
        found = self._find(word, "priority", self.into.mapping.priorities, self.priorities)
        if word and found is None:
            values.note("unknown_priority", value=word)
        return found or self.default_priority_id

    def find_department(self, values: Values) -> int | None:
        word = values.line("department", 190)
        if self.into.mapping.departments.get(fold(word)) == NONE:
            return None
        found = self._find(word, "department", self.into.mapping.departments, self.departments)
        if word and found is None:
            values.note("unknown_department", value=word)
        return found

    def _find(
        self, word: str, kind: str, mapped: dict[str, int], by_name: dict[str, int]
    ) -> int | None:
        folded = fold(word)
        return (
            mapped.get(folded) or self.into.known.get_id(kind, word) or by_name.get(folded)
            if word
            else None
        )

    def find_contact(self, values: Values, name: str = "contact") -> int | None:
        """Return a person's contact, a placeholder for a missing one, or None if it is erased."""
        source_id = values.id(name)
        found = self.into.known.get_id("contact", source_id)
        if found is None:
            code = "missing_person" if source_id else "no_requester"
            values.note(code, value=source_id)
            found = get_placeholder(source_id, self.into)
        return None if found in self.into.known.erased else found

    def find_agent(self, values: Values, name: str) -> int | None:
        """Return an agent; a missing one is noted."""
        source_id = values.id(name)
        found = self.into.mapping.agents.get(source_id)
        found = found or self.into.known.get_id("agent", source_id)
        if source_id and found is None:
            values.note("missing_agent", value=source_id)
        return found

    def find_account(self, values: Values, contact_id: int) -> int | None:
        """Return the ticket's account, or else the requester's."""
        source_id = values.id("account")
        found = self.into.known.get_id("account", source_id)
        if source_id and found is None:
            values.note("missing_account", value=source_id)
        contact = self.contacts.get(contact_id)
        return found or (contact.account_id if contact else None)

    def read_fields(self, values: Values) -> dict[str, str]:
        """Return the values of the desk's own fields."""
        read: dict[str, str] = {}
        for word, given in values.object("fields").items():
            key = self.into.mapping.fields.get(fold(word), make_key(word))
            field = self.fields.get(key) if key else None
            if field is None:
                if key:
                    values.note("unknown_field", value=word)
                continue
            if value := _clean(field, given, values):
                read[key] = value
        return read


def _clean(field: FormField, given: object, values: Values) -> str:
    try:
        return clean_value(field, given)
    except InvalidValueError:
        if field.kind == FieldKind.SELECT and isinstance(given, str) and len(given) <= MAX_LINE:
            values.note("unlisted_choice", field=field.label, value=given)
            return " ".join(given.split())
        values.note("bad_field_value", field=field.label, value=str(given))
        return ""


def _list_references(row: Row) -> list[tuple[str, str]]:
    values = Values(row.kind, row.source_id, row.data, at=None)  # type: ignore[arg-type] # no times
    named = [(kind, values.id(name)) for name, kind in PEOPLE_FIELDS.items()]
    named += [("contact", source_id) for source_id in values.ids("participants")]
    named += [(kind, values.id(kind)) for kind in ("priority", "department", "message", "note")]
    return [*named, ("ticket", values.id("ticket"))]
