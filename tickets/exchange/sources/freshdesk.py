"""Read exports of Freshdesk: answers of its API and JSON account exports (M38).

Answers of the API are lists of tickets, conversations, contacts, companies, agents and groups, in
files with such names. The conversations of a ticket may also be within it ("conversations", with
include=conversations) or in a file with its ID. Account exports wrap each object,
{"helpdesk_ticket": {..}}, and have the conversations as "notes".

Attached files are found by their ID in the path: attachments/4004881085/log.txt.

Source: developers.freshdesk.com/api (version 2) and developer.freshdesk.com/api/v1: Tickets,
Conversations, Contacts, Companies, Agents, Groups.
"""

from __future__ import annotations

import re
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
    get_text,
    get_texts,
    index_attached,
    is_of_another,
    make_record,
    read_items,
    require_files,
    require_found,
)
from tickets.exchange.sources.json_files import Item

Found = Iterator[Record | Problem]

KINDS = {
    "tickets": "tickets", "ticket": "tickets", "helpdesk_ticket": "tickets",
    "conversations": "conversations", "conversation": "conversations", "notes": "conversations",
    "helpdesk_note": "conversations", "contacts": "contacts", "contact": "contacts",
    "users": "contacts", "user": "contacts", "companies": "companies", "company": "companies",
    "customers": "companies", "customer": "companies", "agents": "agents", "agent": "agents",
    "groups": "groups", "group": "groups",
}  # fmt: skip
MARKS = [
    ("responder_id", "tickets"), ("incoming", "conversations"), ("ticket_scope", "agents"),
    ("agent_ids", "groups"), ("company_id", "contacts"), ("domains", "companies"),
]  # fmt: skip
REFERRED = {"agents", "groups"}
STATES = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed", 6: "Waiting on Customer",
          7: "Waiting on Third Party"}  # fmt: skip
PRIORITIES = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
CHANNELS = {1: "email", 2: "web", 3: "phone", 4: "web", 5: "twitter", 6: "facebook", 7: "chat",
            9: "web", 10: "email", 13: "whatsapp"}  # fmt: skip


def read(file: SourceFile) -> Found:
    """Yield the records of an export. The order of its files doesn't matter."""
    yield from require_found(_Export(file).read())


class _Export:
    """An export that is being read, with what later records need of earlier ones."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.attached = index_attached(file)
        self.agents: set[str] = set()
        self.groups: dict[str, str] = {}
        self.told: set[str] = set()  # conversations
        self.answers = Answers()
        self.left_out = LeftOut()

    def read(self) -> Found:
        names = require_files(self.file, *JSON)
        for name in names:
            if next((kind for kind, _item in self._read_items(name) if kind), "") in REFERRED:
                for kind, item in self._read_items(name):
                    self._remember(kind, item.value if isinstance(item, Item) else {})
        for name in names:
            for kind, item in self._read_items(name):
                if isinstance(item, Problem):
                    yield item
                else:
                    yield from self._translate(kind, item.value, name)
        yield from self.answers.list_fields()
        yield from self.left_out.report()

    def _read_items(self, name: str) -> Iterator[tuple[str, Item | Problem]]:
        base = re.split(r"[\\/]", name)[-1].lower()
        named = KINDS.get(re.sub(r"[\d_ -]*\.[a-z]+$", "", base), "")
        for item in read_items(self.file, name):
            if isinstance(item, Problem):
                yield "", item
                continue
            if is_of_another("freshdesk", item.value):
                yield name, item
                continue
            marked = next((kind for mark, kind in MARKS if mark in item.value), "")
            yield KINDS.get(item.key, "") or named or marked or item.key or name, item

    def _remember(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "agents":
            self.agents.add(read_id(value.get("user_id") or value.get("id")))
        elif kind == "groups":
            self.groups[read_id(value.get("id"))] = get_text(value.get("name"))

    def _translate(self, kind: str, value: dict[str, Any], name: str) -> Found:
        self._remember(kind, value)
        if kind == "tickets":
            yield from self._read_ticket(value)
        elif kind == "conversations":
            ticket_id = read_id(value.get("ticket_id")) or find_number(name)
            yield from self._read_conversation(value, ticket_id)
        elif kind == "contacts":
            yield _make_contact(value)
        elif kind == "companies":
            yield _make_account(value)
        elif kind == "agents":
            yield _make_agent(value)
        elif kind != "groups":
            self.left_out.add(kind)

    def _read_ticket(self, value: dict[str, Any]) -> Found:
        source_id = read_id(value.get("id")) or read_id(value.get("display_id"))
        if value.get("spam") is True or value.get("deleted") is True:
            self.left_out.add("spam or deleted ticket")
            return
        requester = get_dict(value.get("requester"))
        contact = read_id(value.get("requester_id")) or read_id(requester.get("id"))
        if requester:
            yield _make_contact(requester)
        ticket = self._make_ticket(value, source_id, contact)
        self.answers.note(ticket)
        yield ticket
        html = get_text(value.get("description")) or get_text(value.get("description_html"))
        text = get_text(value.get("description_text"))
        if html or text:
            opening = f"description-{source_id}"
            yield make_record(
                "message", opening, ticket=source_id, contact=contact, text=text, html=html,
                channel=ticket.get("channel"), created_at=value.get("created_at"),
            )  # fmt: skip
            yield from self._list_files(value, source_id, {"message": opening})
        parts = get_dicts(value.get("conversations")) or get_dicts(value.get("notes"))
        for part in parts:
            note = get_dict(part.get("helpdesk_note")) or part
            yield from self._read_conversation(note, source_id)

    def _make_ticket(self, value: dict[str, Any], source_id: str, contact: str) -> Record:
        stats = get_dict(value.get("stats"))
        group = read_id(value.get("group_id"))
        return make_record(
            "ticket",
            source_id,
            number=get_text(value.get("display_id")) or source_id,
            subject=get_text(value.get("subject")),
            state=_read_word(STATES, value, "status"),
            priority=_read_word(PRIORITIES, value, "priority"),
            channel=CHANNELS.get(value.get("source", 0)) if _is_number(value, "source") else None,
            department=self.groups.get(group, group),
            contact=contact,
            account=read_id(value.get("company_id")),
            assignee=read_id(value.get("responder_id")),
            tags=get_texts(value.get("tags")),
            fields={**_read_answers(value), **_name_type(value)},
            created_at=value.get("created_at"),
            updated_at=value.get("updated_at"),
            closed_at=stats.get("closed_at") or stats.get("resolved_at"),
            first_responded_at=stats.get("first_responded_at"),
        )

    def _read_conversation(self, value: dict[str, Any], ticket_id: str) -> Found:
        """Yield the message or, unless it is said not to be private, the note."""
        source_id, author = read_id(value.get("id")), read_id(value.get("user_id"))
        if source_id in self.told:
            return
        self.told.add(source_id)
        text = get_text(value.get("body_text"))
        html = get_text(value.get("body_html")) or get_text(value.get("body"))
        at = value.get("created_at")
        is_note = value.get("private") is not False
        if is_note:
            record = make_record(
                "note", source_id, ticket=ticket_id, agent=author, text=text, html=html,
                created_at=at,
            )  # fmt: skip
        else:
            is_agent = value.get("incoming") is not True and (
                author in self.agents or "incoming" in value
            )
            record = make_record(
                "message", source_id, ticket=ticket_id, text=text, html=html, created_at=at,
                **{"agent" if is_agent else "contact": author},
            )  # fmt: skip
        yield record
        yield from self._list_files(value, ticket_id, {record["kind"]: source_id})

    def _list_files(
        self, value: dict[str, Any], ticket_id: str, parent: dict[str, str]
    ) -> Iterator[Record]:
        for each in get_dicts(value.get("attachments")):
            source_id = read_id(each.get("id"))
            yield make_record(
                "attachment", source_id, ticket=ticket_id, **parent,
                name=get_text(each.get("name") or each.get("content_file_name")) or "file",
                path=self.attached.get(source_id), size=each.get("size"),
                content_type=get_text(each.get("content_type")), created_at=each.get("created_at"),
            )  # fmt: skip


def _make_contact(value: dict[str, Any]) -> Record:
    return make_record(
        "contact",
        read_id(value.get("id")),
        name=get_text(value.get("name")),
        email=get_text(value.get("email")),
        account=read_id(value.get("company_id")) or read_id(value.get("customer_id")),
        language=get_text(value.get("language")),
        created_at=value.get("created_at"),
    )


def _make_account(value: dict[str, Any]) -> Record:
    source_id = read_id(value.get("id"))
    return make_record(
        "account",
        source_id,
        name=get_text(value.get("name")) or source_id,
        domains=get_texts(value.get("domains")),
        created_at=value.get("created_at"),
    )


def _make_agent(value: dict[str, Any]) -> Record:
    person = get_dict(value.get("contact")) or get_dict(value.get("user")) or value
    source_id = read_id(value.get("user_id") or value.get("id"))
    email = get_text(person.get("email"))
    name = get_text(person.get("name")) or email or source_id
    return make_record("agent", source_id, name=name, email=email)


def _is_number(value: dict[str, Any], name: str) -> bool:
    return isinstance(value.get(name), int) and not isinstance(value.get(name), bool)


def _read_word(words: dict[int, str], value: dict[str, Any], name: str) -> str:
    """Return the word for a number; a help desk's own ones stay numbers."""
    given = value.get(name)
    word = words.get(value[name], "") if _is_number(value, name) else ""
    return word or get_text(value.get(f"{name}_name")) or get_text(given)


def _read_answers(value: dict[str, Any]) -> dict[str, Any]:
    answers = get_dict(value.get("custom_fields")) or get_dict(value.get("custom_field"))
    return {key: answer for key, answer in answers.items() if answer not in (None, "")}


def _name_type(value: dict[str, Any]) -> dict[str, str]:
    kind = get_text(value.get("type")) or get_text(value.get("ticket_type"))
    return {"type": kind} if kind else {}
