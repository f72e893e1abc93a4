"""What the fake of Facebook and Instagram keeps: people, their messages, and comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.demo.vendors.meta.graph import GraphVendor, Place, make_person_id


@dataclass
class FakeMessage:
    """A message between a place and a person."""

    mid: str
    person: str
    is_from_place: bool
    text: str
    at: datetime
    file: str = ""
    tag: str = ""


@dataclass
class FakeComment:
    """A comment. parent: of a reply. Its post is the same for all."""

    comment_id: str
    author: str
    text: str
    at: datetime
    parent: str = ""
    is_answered_privately: bool = False
    is_deleted: bool = False


@dataclass
class Book:
    """What a place has: its messages, comments and people."""

    messages: list[FakeMessage] = field(default_factory=list)
    comments: dict[str, FakeComment] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)


class MetaBook(GraphVendor):
    """Keeps what each place has.

    sends_echoes: what the API sends also comes as an echo. has_human_agent: the app may use the
    tag. has_comments: it may answer comments.
    """

    def __init__(self) -> None:
        super().__init__()
        self.books: dict[str, Book] = {}
        self.sends_echoes = False
        self.has_human_agent = self.has_comments = True

    def get_book(self, place: Place) -> Book:
        """Return what a place has."""
        return self.books.setdefault(place.external_id, Book())

    def make_mid(self) -> str:
        """Return the ID of a new message."""
        return f"m_{next(self.numbers):06}Fq8oLumEyIp3Q2MR-aY7IfLZDamVrALniheU"

    def make_comment_id(self) -> str:
        """Return the ID of a new comment."""
        return f"542998526103632_{461184817813069 + next(self.numbers)}"

    def add_person(self, place: Place, name: str) -> str:
        """Return the ID of a person who writes to a place."""
        person = make_person_id(name + place.external_id)
        self.get_book(place).people[person] = name
        return person
