"""Typed contexts of the pages of calls (templates/agent/calls)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine(Component):
    """A call in the list. ticket: its reference, "" without one. outcome: of its note, or ""."""

    url: str
    caller: str
    direction: str
    state: str
    tone: str
    when_iso: str
    when_text: str
    when_title: str
    duration: str
    ticket: str
    ticket_url: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCaller(Component):
    """A contact who may be the caller. entitlement: what their plan says about the hotline."""

    contact_id: int
    name: str
    email: str
    url: str
    account: str
    plan: str
    entitlement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Component):
    """An open ticket that the call may be about."""

    url: str
    number: str
    reference: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCard(Component):
    """A call. requester: of its ticket. is_confirmed: an agent made sure who they are.

    refusal: why the plan doesn't cover the ticket, or "". noted: who wrote the note, and when.
    """

    line: CallLine
    number: str
    to: str
    requester: str
    requester_url: str
    account: str
    plan: str
    is_confirmed: bool
    entitlement: str
    refusal: str
    noted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPop(Component):
    """The message about a call to the agent who takes it."""

    url: str
    title: str
    detail: str
    entitlement: str
