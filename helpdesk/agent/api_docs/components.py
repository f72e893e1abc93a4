"""Typed contexts of the pages that document the API."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class FieldDoc(Component):
    """A field or parameter. name: with the objects around it, such as "contact.email".

    choices: pairs of a value and what it means. place: of a parameter (query, path, header).
    """

    name: str
    kind: str
    text: str
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Component):
    """What an operation answers with. example: JSON, or empty."""

    status: str
    text: str
    fields: tuple[FieldDoc, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class OperationDoc(Component):
    """An operation. body: its fields. curl, python: commands that can be copied."""

    id: str
    method: str
    tone: str
    path: str
    name: str
    text: str
    scope: str
    parameters: tuple[FieldDoc, ...]
    body: tuple[FieldDoc, ...]
    results: tuple[Answer, ...]
    problems: tuple[Answer, ...]
    curl: str
    python: str

    def mentions(self, words: list[str]) -> bool:
        """Return True if its names and description contain all of these words, in lower case."""
        text = f"{self.id} {self.method} {self.path} {self.name} {self.text}".lower()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class AreaDoc(Component):
    """A section of the documentation."""

    key: str
    name: str
    text: str
    operations: tuple[OperationDoc, ...]
