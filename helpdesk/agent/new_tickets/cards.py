"""Typed contexts of the requester chooser (templates/agent/new_ticket)."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest(Component):
    """An open ticket of someone who may be the requester, so that no second one is opened."""

    url: str
    reference: str
    subject: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Component):
    """A person or an account that a ticket can be opened for.

    value: what the form sends. terms: status and plan of the account. hotline: what the plan says
    about calls. tickets: some open ones; more_url: the list of all of the account, or "".
    """

    value: str
    name: str
    detail: str
    terms: str
    hotline: str
    is_chosen: bool
    tickets: tuple[OpenRequest, ...] = ()
    more_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser(Component):
    """Results for the words in the form. notice: why there are none, or what a new address is."""

    words: str = ""
    candidates: tuple[Candidate, ...] = ()
    notice: str = ""
