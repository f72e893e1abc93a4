"""Going through an export of Zendesk: what belongs together, wherever it is in the files.

They are read twice: first for agents and comments that were made private, then for the records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tickets.exchange.records import Problem, Record, read_id
from tickets.exchange.source_file import SourceFile
from tickets.exchange.sources.exports import (
    JSON,
    Answers,
    LeftOut,
    find_number,
    get_dict,
    get_dicts,
    get_ids,
    get_text,
    get_texts,
    index_attached,
    make_record,
    read_items,
    require_files,
    require_found,
)
from tickets.exchange.sources.json_files import Item
from tickets.exchange.sources.zendesk.translating import (
    COMMENTS,
    SOLVED,
    STAFF,
    classify,
    find_followed,
    find_solved,
    has_text,
    is_rated,
    list_hidden,
    list_links,
    make_account,
    make_agent,
    make_attachment,
    make_comment,
    make_contact,
    make_field,
    read_answers,
    read_channel,
)

Found = Iterator[Record | Problem]


def read(file: SourceFile) -> Found:
    """Yield the records of an export. The order of its files and pages doesn't matter."""
    yield from require_found(_Export(file).read())


class _Export:
    """An export that is being read, with what later records need of earlier ones."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.attached = index_attached(file)
        self.agents: dict[str, dict[str, Any]] = {}
        self.staff: set[str] = set()  # IDs of all agents, also of those who are only an ID
        self.hidden: set[str] = set()  # comments that were public once
        self.groups: dict[str, str] = {}
        self.options: dict[str, dict[str, str]] = {}  # of drop-down fields: names by value
        self.nested: dict[str, Record] = {}  # people within tickets
        self.told: set[tuple[str, str]] = set()
        self.commented: set[str] = set()  # tickets whose comments are in the export
        self.bare: set[str] = set()  # tickets without comments next to them
        self.answers = Answers(vendor="Zendesk")  # of fields that the export doesn't describe
        self.left_out = LeftOut()

    def read(self) -> Found:
        names = require_files(self.file, *JSON)
        for name in names:
            for item in read_items(self.file, name):
                if isinstance(item, Item):
                    self._learn(classify(item), item.value)
        for name in names:
            for item in read_items(self.file, name):
                yield from [item] if isinstance(item, Problem) else self._read_item(item, name)
        for source_id, person in self.nested.items():
            if self._is_new("user", source_id):
                yield person
        if bare := self.bare - self.commented:
            for name in names:
                yield from self._read_descriptions(name, bare)
        yield from self.answers.list_fields(besides=self.options)
        yield from self.left_out.report()

    def _learn(self, kind: str, value: dict[str, Any]) -> None:
        """Keep what tickets need: agents, hidden comments, the names of groups and choices."""
        source_id = read_id(value.get("id"))
        if kind == "tickets":
            self._learn_agents(value)
        elif kind == "users" and value.get("role") in STAFF:
            self.agents[source_id] = value
            self.staff.add(source_id)
        elif kind == "groups":
            self.groups[source_id] = get_text(value.get("name"))
        elif kind == "ticket_fields":
            options = get_dicts(value.get("custom_field_options"))
            self.options[source_id] = {
                get_text(option.get("value")): get_text(option.get("name")) for option in options
            }
        elif kind in {"audits", "ticket_events"}:
            self.hidden.update(list_hidden(value))

    def _learn_agents(self, ticket: dict[str, Any]) -> None:
        """Remember a ticket's assignee, and others of whom it says that they are agents."""
        for name in ("assignee", "requester", "submitter"):
            person = get_dict(ticket.get(name))
            if person and (name == "assignee" or person.get("role") in STAFF):
                self.agents.setdefault(read_id(person.get("id")), person)
                self.staff.add(read_id(person.get("id")))
        self.staff |= {read_id(ticket.get("assignee_id"))} - {""}

    def _read_item(self, item: Item, name: str) -> Found:
        kind, value = classify(item), item.value
        if kind == "tickets":
            yield from self._read_ticket(value)
        elif kind == "comments":
            ticket_id = read_id(value.get("ticket_id")) or find_number(name)
            yield from self._read_comment(value, ticket_id)
        elif kind in {"audits", "ticket_events"}:
            yield from self._read_audit(value)
        elif kind == "users":
            yield from self._read_user(value)
        elif kind == "organizations":
            self.told.add(("organization", read_id(value.get("id"))))
            yield make_account(value)
        elif kind == "ticket_fields":
            field = make_field(value, self.options[read_id(value.get("id"))].values())
            yield from [field] if field else []
        elif kind != "groups" and "id" in value:
            self.left_out.add(kind or name)

    def _read_user(self, value: dict[str, Any]) -> Found:
        source_id, is_agent = read_id(value.get("id")), value.get("role") in STAFF
        self.told.add(("user", source_id))
        if is_agent or source_id in self.staff:  # or was one, as an old ticket says
            yield make_agent(value)
        if not is_agent:
            yield make_contact(value)

    def _read_ticket(self, value: dict[str, Any]) -> Found:
        source_id = read_id(value.get("id"))
        if value.get("status") == "deleted":
            self.left_out.add("deleted ticket")
            return
        ticket = self._make_ticket(value, source_id)
        requester = ticket.get("contact", "")
        if requester in self.agents and self._is_new("contact", requester):
            yield make_contact(self.agents[requester])  # an agent who asked for something
        yield ticket
        self.answers.note(ticket)
        organization = get_dict(value.get("organization"))
        if organization and self._is_new("organization", read_id(organization.get("id"))):
            yield make_account(organization)
        comments = get_dicts(value.get("comments"))
        for comment in comments:
            yield from self._read_comment(comment, source_id, requester=requester)
        if not comments:
            self.bare.add(source_id)
        if is_rated(value):
            self.left_out.add("satisfaction_rating")

    def _make_ticket(self, value: dict[str, Any], source_id: str) -> Record:
        state = get_text(value.get("status"))
        return make_record(
            "ticket",
            source_id,
            number=source_id,
            subject=get_text(value.get("raw_subject")) or get_text(value.get("subject")),
            state=state,
            channel=read_channel(value),
            priority=get_text(value.get("priority")),
            department=self._name_group(value),
            contact=self._refer(value, "requester"),
            account=self._refer(value, "organization"),
            assignee=self._refer(value, "assignee"),
            participants=self._list_participants(value),
            tags=get_texts(value.get("tags")),
            fields=read_answers(value, self.options),
            created_at=value.get("created_at"),
            updated_at=value.get("updated_at"),
            closed_at=find_solved(value) if state in SOLVED else None,
            follow_up_of=find_followed(value),
            links=list_links(value),
        )

    def _refer(self, value: dict[str, Any], name: str) -> str:
        """Return the ID of what a ticket names by its ID or, in an export, as an object."""
        inner = get_dict(value.get(name))
        source_id = read_id(inner.get("id")) or read_id(value.get(f"{name}_id"))
        if inner and name != "organization":
            self._keep_person(source_id, inner)
        return source_id

    def _keep_person(self, source_id: str, person: dict[str, Any]) -> None:
        if source_id in self.agents or person.get("role") in STAFF:
            self.nested[source_id] = make_agent(person)
        elif source_id:
            self.nested.setdefault(source_id, make_contact(person))

    def _list_participants(self, value: dict[str, Any]) -> list[str]:
        people = get_dicts(value.get("collaborator"))
        for person in people:
            self._keep_person(read_id(person.get("id")), person)
        ids = [
            *get_ids(value.get("collaborator_ids")),
            *get_ids(value.get("email_cc_ids")),
            *get_ids([person.get("id") for person in people]),
        ]
        return [each for each in dict.fromkeys(ids) if each not in self.agents]

    def _name_group(self, value: dict[str, Any]) -> str:
        group = get_dict(value.get("group"))
        source_id = read_id(group.get("id")) or read_id(value.get("group_id"))
        return get_text(group.get("name")) or self.groups.get(source_id, source_id)

    def _read_comment(
        self, value: dict[str, Any], ticket_id: str, *, requester: str = "", at: Any = None
    ) -> Found:
        """Yield a comment with its files; nothing if it was told before, by an audit."""
        source_id = read_id(value.get("id"))
        self.commented.add(ticket_id)
        if not self._is_new("comment", source_id):
            return
        author_id = read_id(value.get("author_id"))
        is_agent = author_id in self.staff and author_id != requester
        author = {"agent" if is_agent else "contact": author_id} if author_id != "-1" else {}
        created_at = value.get("created_at") or at
        value = {**value, "public": value.get("public") is True and source_id not in self.hidden}
        record = make_comment(value, ticket_id, author=author, created_at=created_at)
        yield record
        for each in get_dicts(value.get("attachments")):
            path = self.attached.get(read_id(each.get("id")))
            parent = {record["kind"]: source_id}
            yield make_attachment({"created_at": created_at, **each}, ticket_id, parent, path)

    def _read_audit(self, value: dict[str, Any]) -> Found:
        """Yield the comments of an audit, or of an event of the incremental export."""
        ticket_id = read_id(value.get("ticket_id"))
        at = value.get("created_at") or value.get("timestamp")
        author_id = value.get("author_id") or value.get("updater_id")
        events = get_dicts(value.get("events")) or get_dicts(value.get("child_events"))
        for event in events:
            kind = get_text(event.get("type")) or get_text(event.get("event_type"))
            if kind in COMMENTS and (has_text(event) or event.get("attachments")):
                yield from self._read_comment({"author_id": author_id, **event}, ticket_id, at=at)
            else:
                self.left_out.add(f"audit: {kind}")

    def _read_descriptions(self, name: str, ticket_ids: set[str]) -> Found:
        """Yield the descriptions of tickets whose comments aren't in the export."""
        for item in read_items(self.file, name):
            if isinstance(item, Problem) or classify(item) != "tickets":
                continue
            value, ticket_id = item.value, read_id(item.value.get("id"))
            if ticket_id in ticket_ids and value.get("description"):
                comment = {
                    "id": f"description-{ticket_id}",
                    "body": value["description"],
                    "public": value.get("is_public", True),
                    "author_id": value.get("submitter_id") or self._refer(value, "requester"),
                    "created_at": value.get("created_at"),
                    "via": value.get("via"),
                }
                requester = self._refer(value, "requester")
                yield from self._read_comment(comment, ticket_id, requester=requester)

    def _is_new(self, kind: str, source_id: str) -> bool:
        is_new = (kind, source_id) not in self.told
        self.told.add((kind, source_id))
        return is_new
