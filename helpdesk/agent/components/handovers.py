"""Typed contexts of the handover page."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverCard(Component):
    """A ticket that was handed over, or will be.

    people: from whom to whom. facts: what the next agent has to know, in sentences. accept_url: a
    post to it accepts the ticket, or takes it over; "" if the agent can't.
    """

    url: str
    number: str
    subject: str
    priority_name: str
    people: str
    when_iso: str
    when_text: str
    when_title: str
    state: str = ""
    tone: str = ""
    facts: tuple[str, ...] = ()
    accept_url: str = ""
    accept_label: str = ""
