"""What a connector has the pages show: an admin's form, lines about a connection, facts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FieldKind(StrEnum):
    """How the admin enters a field."""

    LINE = "line"
    SEALED = "sealed"
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    HOSTS = "hosts"  # one host name per line
    COLOR = "color"


@dataclass(frozen=True, slots=True)
class SetupField:
    """A field of a connection's form.

    name: "external_id" and "api_url" are columns of Connection, a SEALED one is encrypted, and all
    others are in its settings. help: where the vendor shows it.
    """

    name: str
    label: StrOrPromise
    help: StrOrPromise = ""
    kind: FieldKind = FieldKind.LINE
    is_required: bool = True
    initial: Any = ""
    choices: tuple[tuple[str, StrOrPromise], ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """A line about a connection on the admin's page, such as what it has cost this month."""

    label: StrOrPromise
    value: StrOrPromise


class FactKind(StrEnum):
    """How a fact about a conversation is shown."""

    TEXT = "text"
    STARS = "stars"  # a number from 1 to 5
    LINK = "link"  # a URL, with the label as its text


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a conversation that its ticket shows. key: of Conversation.data."""

    key: str
    label: StrOrPromise
    kind: FactKind = FactKind.TEXT
