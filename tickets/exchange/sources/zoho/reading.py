"""Going through an export of Zoho Desk, module by module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tickets.exchange.records import Problem, Record
from tickets.exchange.source_file import SourceFile
from tickets.exchange.sources.csv_files import Row, name_column
from tickets.exchange.sources.exports import (
    CSV,
    JSON,
    Answers,
    LeftOut,
    find_number,
    index_attached,
    is_of_another,
    make_record,
    read_items,
    read_rows,
    require_files,
    require_found,
)
from tickets.exchange.sources.json_files import Item
from tickets.exchange.sources.zoho.conversations import make_attachment, make_comment, make_thread
from tickets.exchange.sources.zoho.people import People, make_account, make_agent, make_contact
from tickets.exchange.sources.zoho.tickets import make_ticket
from tickets.exchange.sources.zoho.values import Thing, list_things, read_body, read_thing

Found = Iterator[Record | Problem]

MODULES = {
    "accounts": "accounts", "contacts": "contacts", "agents": "agents", "users": "agents",
    "departments": "departments", "tickets": "tickets", "cases": "tickets", "threads": "threads",
    "ticketthreads": "threads", "conversations": "threads", "comments": "comments",
    "ticketcomments": "comments", "casecomments": "comments", "attachments": "attachments",
}  # fmt: skip
MARKS = [  # the module of an object that no name tells, by a property that others don't have
    ("ticketnumber", "tickets"), ("commentedtime", "comments"), ("direction", "threads"),
    ("accountname", "accounts"), ("emailid", "agents"), ("lastname", "contacts"),
    ("nameincustomerportal", "departments"),
]  # fmt: skip
REFERRED = {"agents", "departments", "contacts"}  # the others are read with what these say
_NUMBERS = re.compile(r"[\d_ -]+$")
ORDER = ("agents", "departments", "accounts", "contacts", "tickets")  # then their parts


def read(file: SourceFile) -> Found:
    """Yield the records of an export."""
    yield from require_found(_Export(file).read())


class _Export:
    """An export that is being read, with what later records need of earlier ones."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.attached = index_attached(file)
        self.people = People()
        self.contacts: dict[str, str] = {}  # of tickets: the requester
        self.answered: set[str] = set()  # tickets with threads in the export
        self.bare: dict[str, None] = {}  # tickets without threads next to them
        self.answers = Answers()
        self.left_out = LeftOut()

    def read(self) -> Found:
        names = require_files(self.file, *CSV, *JSON)
        for name in names:
            if self._guess(name) in {*REFERRED, ""}:
                self._learn(name)
        names.sort(key=lambda name: (self._rank(name), name))
        for name in names:
            for module, thing in self._read_things(name):
                if isinstance(thing, Problem):
                    yield thing
                else:
                    yield from self._translate(module, thing, name)
        yield from self.people.list_new()
        yield from self.answers.list_fields()
        for name in names:
            if self._guess(name) in {"tickets", ""} and set(self.bare) - self.answered:
                yield from self._read_descriptions(name)
        yield from self.left_out.report()

    def _guess(self, name: str) -> str:
        """Return the module that a file's name says, or ""."""
        *folders, base = re.split(r"[\\/]", name)
        stems = [base.rpartition(".")[0], *folders[-1:]]
        words = (name_column(_NUMBERS.sub("", stem)) for stem in stems)
        return next((MODULES[word] for word in words if word in MODULES), "")

    def _rank(self, name: str) -> int:
        module = self._guess(name)
        return ORDER.index(module) if module in ORDER else len(ORDER)

    def _read_things(self, name: str) -> Iterator[tuple[str, Thing | Problem]]:
        """Yield what is in a file, with the module of each."""
        is_csv, guessed = name.lower().endswith(CSV), self._guess(name)
        found: Iterator[Row | Item | Problem]
        found = read_rows(self.file, name) if is_csv else read_items(self.file, name)
        for each in found:
            if isinstance(each, Problem):
                yield "", each
                continue
            thing = read_thing(each)
            if isinstance(each, Item) and is_of_another("zoho", each.value):
                yield name, thing
                continue
            key = MODULES.get(name_column(each.key), "") if isinstance(each, Item) else ""
            marked = next((module for mark, module in MARKS if mark in thing.values), "")
            yield key or guessed or marked or re.split(r"[\\/]", name)[-1], thing

    def _learn(self, name: str) -> None:
        for module, thing in self._read_things(name):
            if isinstance(thing, Thing):
                self.people.learn(module, thing)

    def _translate(self, module: str, thing: Thing, name: str) -> Found:
        if module == "agents":
            yield make_agent(thing)
        elif module == "accounts":
            yield make_account(thing)
        elif module == "contacts":
            yield make_contact(thing)
        elif module == "tickets":
            yield from self._read_ticket(thing)
        elif module == "threads":
            yield from self._read_thread(thing, find_number(name))
        elif module == "comments":
            yield from self._read_comment(thing, find_number(name))
        elif module == "attachments":
            yield make_attachment(thing, self.attached)
        elif module != "departments":
            self.left_out.add(module)

    def _read_ticket(self, thing: Thing) -> Found:
        if any(map(thing.is_true, ("isspam", "istrashed", "isdeleted"))):
            self.left_out.add("spam or deleted ticket")
            return
        ticket = make_ticket(thing, self.people)
        yield ticket
        self.answers.note(ticket)
        ticket_id = ticket["id"]
        self.contacts[ticket_id] = ticket.get("contact", "")
        self.bare[ticket_id] = None
        for each in [*list_things(thing, "threads"), *list_things(thing, "conversations")]:
            yield from self._read_part(each, ticket_id)
        for each in list_things(thing, "comments"):
            yield from self._read_comment(each, ticket_id)

    def _read_part(self, thing: Thing, ticket_id: str) -> Found:
        """Yield a part of a conversation, which the API mixes of threads and comments."""
        is_comment = thing.pick("type") == "comment" or "commentedtime" in thing.values
        yield from (self._read_comment if is_comment else self._read_thread)(thing, ticket_id)

    def _read_thread(self, thing: Thing, ticket_id: str) -> Found:
        ticket_id = thing.pick_id("ticketextid", "ticketid", "caseid") or ticket_id
        self.answered.add(ticket_id)
        requester = self.contacts.get(ticket_id, "")
        yield from make_thread(thing, ticket_id, requester, self.people, self.attached)

    def _read_comment(self, thing: Thing, ticket_id: str) -> Found:
        ticket_id = thing.pick_id("ticketextid", "ticketid", "caseid") or ticket_id
        yield from make_comment(thing, ticket_id, self.people, self.attached)

    def _read_descriptions(self, name: str) -> Found:
        """Yield the descriptions of tickets without threads as their first messages."""
        for module, thing in self._read_things(name):
            if module != "tickets" or isinstance(thing, Problem):
                continue
            ticket = make_ticket(thing, self.people)
            ticket_id = ticket["id"]
            if ticket_id in self.bare and ticket_id not in self.answered:
                self.answered.add(ticket_id)
                if thing.pick("description"):
                    yield make_record(
                        "message", f"description-{ticket_id}", ticket=ticket_id,
                        contact=ticket.get("contact"), channel=ticket.get("channel"),
                        created_at=ticket.get("created_at"), **read_body(thing, "description"),
                    )  # fmt: skip
