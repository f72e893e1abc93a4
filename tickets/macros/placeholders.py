"""Placeholders in the reply of a macro, such as {{contact.first_name}}.

The list is closed. Values are filled in once: what looks like a placeholder within a subject or a
name stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import ngettext

from accounts.models import Agent
from tickets.errors import InvalidValueError
from tickets.models import Ticket

PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
MAX_NAMED = 5  # unknown placeholders that an error repeats


@dataclass(frozen=True, slots=True)
class Filling:
    """The ticket and the agent whose values are filled in."""

    ticket: Ticket
    agent: Agent


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""


VALUES: dict[str, Callable[[Filling], object]] = {
    "ticket.number": lambda given: given.ticket.reference,
    "ticket.subject": lambda given: given.ticket.subject,
    "ticket.priority": lambda given: given.ticket.priority,
    "contact.name": lambda given: given.ticket.contact,
    "contact.first_name": lambda given: _first(str(given.ticket.contact)),
    "account.name": lambda given: given.ticket.account or "",
    "agent.name": lambda given: given.agent.name,
    "agent.first_name": lambda given: _first(given.agent.name),
    "desk.name": lambda given: given.ticket.desk.name,
}


def check_placeholders(text: str, *, field: str = "text") -> None:
    """Raise InvalidValueError for the field if a text has unknown placeholders."""
    names = (found.strip() for found in PLACEHOLDER.findall(text))
    unknown = list(dict.fromkeys(name for name in names if name not in VALUES))
    if unknown:
        listed = ", ".join(f"{{{{{name[:40]}}}}}" for name in unknown[:MAX_NAMED])
        raise InvalidValueError(
            field,
            ngettext(
                "Unknown placeholder: %(names)s. You can use these: %(known)s.",
                "Unknown placeholders: %(names)s. You can use these: %(known)s.",
                len(unknown),
            )
            % {"names": listed, "known": list_placeholders()},
        )


def list_placeholders() -> str:
    """Return all placeholders, separated by commas."""
    return ", ".join(f"{{{{{name}}}}}" for name in VALUES)


def fill_placeholders(text: str, *, ticket: Ticket, agent: Agent) -> str:
    """Return a text with the values of a ticket. Each value is one line of plain text."""
    given = Filling(ticket, agent)

    def fill(found: re.Match[str]) -> str:
        value = VALUES.get(found[1].strip())
        return found[0] if value is None else escape_value(str(value(given) or ""))

    return PLACEHOLDER.sub(fill, text)


def escape_value(value: str) -> str:
    """Return a value as one line without Markdown links.

    So a name can neither add lines to a reply nor hide where a link leads.
    """
    return " ".join(value.replace("](", "] (").split())
