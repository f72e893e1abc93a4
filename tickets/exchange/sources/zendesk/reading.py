"""Going through an export of Zendesk: what belongs together, wherever it is in the files."""

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
    is_of_another,
    list_files,
    make_record,
    read_items,
    require_found,
)
from tickets.exchange.sources.json_files import Item
from tickets.exchange.sources.zendesk.translating import (
    SOLVED,
    STAFF,
    find_followed,
    is_rated,
    list_links,
    make_account,
    make_agent,
    make_attachment,
    make_comment,
    make_contact,
    make_field,
    read_channel,
)

Found = Iterator[Record | Problem]

REFERRED = {"users", "groups", "ticket_fields"}  # tickets are read with what these say
KINDS = {
    "user": "users", "organization": "organizations", "group": "groups", "ticket": "tickets",
    "ticket_field": "ticket_fields", "comment": "comments", "audit": "audits",
    "ticket_event": "ticket_events",
}  # fmt: skip
MARKS = [  # the kind of an object that is in no list, by a property that others don't have
    ("requester", "tickets"), ("requester_id", "tickets"), ("child_events", "ticket_events"),
    ("events", "audits"), ("author_id", "comments"), ("role", "users"),
    ("domain_names", "organizations"), ("title_in_portal", "ticket_fields"),
]  # fmt: skip


def read(file: SourceFile) -> Found:
    """Yield the records of an export. The order of its files and pages doesn't matter."""
    yield from require_found(_Export(file).read())


def classify(item: Item) -> str:
    """Return the kind of an object as the API names its lists, or "" if nothing says it."""
    if is_of_another("zendesk", item.value):
        return ""
    if item.key:
        return KINDS.get(item.key, item.key)
    return next((kind for mark, kind in MARKS if mark in item.value), "")


class _Export:
    """An export that is being read, with what later records need of earlier ones."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.attached = index_attached(file)
        self.agents: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, str] = {}
        self.options: dict[str, dict[str, str]] = {}  # of drop-down fields: names by value
        self.nested: dict[str, Record] = {}  # people within tickets
        self.told: set[tuple[str, str]] = set()
        self.commented: set[str] = set()  # tickets whose comments are in the export
        self.bare: set[str] = set()  # tickets without comments next to them
        self.answers = Answers(vendor="Zendesk")  # of fields that the export doesn't describe
        self.left_out = LeftOut()

    def read(self) -> Found:
        names = list_files(self.file, *JSON)
        first = [name for name in names if self._begin(name) in REFERRED]
        for name in first:
            self._learn(name)
        rest = [name for name in names if name not in first]
        for name in [*first, *rest]:
            for item in read_items(self.file, name):
                yield from [item] if isinstance(item, Problem) else self._read_item(item, name)
        for source_id, person in self.nested.items():
            if self._is_new("user", source_id):
                yield person
        if bare := self.bare - self.commented:
            for name in rest:
                yield from self._read_descriptions(name, bare)
        yield from self.answers.list_fields(besides=self.options)
        yield from self.left_out.report()

    def _begin(self, name: str) -> str:
        """Return the kind of a file's first object."""
        found = read_items(self.file, name)
        return next((classify(item) for item in found if isinstance(item, Item)), "")

    def _learn(self, name: str) -> None:
        for item in read_items(self.file, name):
            if isinstance(item, Item):
                self._remember(classify(item), item.value)

    def _remember(self, kind: str, value: dict[str, Any]) -> None:
        """Keep what tickets need: who is an agent, and the names of groups and choices."""
        source_id = read_id(value.get("id"))
        if kind == "users" and value.get("role") in STAFF:
            self.agents[source_id] = value
        elif kind == "groups":
            self.groups[source_id] = get_text(value.get("name"))
        elif kind == "ticket_fields":
            options = get_dicts(value.get("custom_field_options"))
            self.options[source_id] = {
                get_text(option.get("value")): get_text(option.get("name")) for option in options
            }

    def _read_item(self, item: Item, name: str) -> Found:
        kind, value = classify(item), item.value
        self._remember(kind, value)
        if kind == "tickets":
            yield from self._read_ticket(value)
        elif kind == "comments":
            ticket_id = read_id(value.get("ticket_id")) or find_number(name)
            yield from self._read_comment(value, ticket_id)
        elif kind in {"audits", "ticket_events"}:
            yield from self._read_audit(value)
        elif kind == "users":
            self.told.add(("user", read_id(value.get("id"))))
            yield make_agent(value) if value.get("role") in STAFF else make_contact(value)
        elif kind == "organizations":
            self.told.add(("organization", read_id(value.get("id"))))
            yield make_account(value)
        elif kind == "ticket_fields":
            field = make_field(value, self.options[read_id(value.get("id"))].values())
            yield from [field] if field else []
        elif kind != "groups" and "id" in value:
            self.left_out.add(kind or name)

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
        assignee = self._refer(value, "assignee")  # first: it says who is an agent
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
            assignee=assignee,
            participants=self._list_participants(value),
            tags=get_texts(value.get("tags")),
            fields=self._read_answers(value),
            created_at=value.get("created_at"),
            updated_at=value.get("updated_at"),
            closed_at=value.get("updated_at") if state in SOLVED else None,
            follow_up_of=find_followed(value),
            links=list_links(value),
        )

    def _refer(self, value: dict[str, Any], name: str) -> str:
        """Return the ID of what a ticket names by its ID or, in an export, as an object."""
        inner = get_dict(value.get(name))
        source_id = read_id(inner.get("id")) or read_id(value.get(f"{name}_id"))
        if inner and name == "assignee":
            self.agents.setdefault(source_id, inner)
        if inner and name != "organization":
            self._keep_person(source_id, inner)
        return source_id

    def _keep_person(self, source_id: str, person: dict[str, Any]) -> None:
        if source_id in self.agents or person.get("role") in STAFF:
            self.agents.setdefault(source_id, person)
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

    def _read_answers(self, value: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for field in get_dicts(value.get("custom_fields")) or get_dicts(value.get("fields")):
            key, answer = read_id(field.get("id")), field.get("value")
            names = self.options.get(key, {})
            if isinstance(answer, list):
                answer = ", ".join(names.get(each, each) for each in get_texts(answer))
            elif isinstance(answer, str):
                answer = names.get(answer, answer.strip())
            if key and answer not in (None, ""):
                answers[key] = answer
        return answers

    def _read_comment(
        self, value: dict[str, Any], ticket_id: str, *, requester: str = "", at: Any = None
    ) -> Found:
        """Yield a comment with its files; nothing if it was told before, by an audit."""
        source_id = read_id(value.get("id"))
        self.commented.add(ticket_id)
        if not self._is_new("comment", source_id):
            return
        author_id = read_id(value.get("author_id"))
        is_agent = author_id in self.agents and author_id != requester
        author = {"agent" if is_agent else "contact": author_id} if author_id != "-1" else {}
        created_at = value.get("created_at") or at
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
            if kind in {"Comment", "VoiceComment"}:
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
