"""Reasons of routing, assignment and verification: stored as codes, shown as sentences.

A reason is kept as JSON, {"code": ..., parameters}, on the ticket and in its events, and becomes a
sentence in the reader's language when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountStatus, Desk, Level
from accounts.sentences import fill_sentence

Reason = Mapping[str, Any] | str  # text where a person or another package wrote a sentence


class ReasonCode(StrEnum):
    """Codes of reasons; the comment names their parameters.

    Reasons of an assignment can also have ``skipped``: the number of agents who could not get the
    ticket, by cause (routing/assignment.py), and ``next_at``: when an agent comes on shift.
    """

    UNVERIFIED_SENDER = "unverified_sender"
    NO_ACCOUNT = "no_account"
    ACCOUNT_STATUS = "account_status"  # account, status: an AccountStatus
    ACCOUNT_WITHOUT_PLAN = "account_without_plan"  # account
    ACCOUNT_WITH_PLAN = "account_with_plan"  # account, plan
    ROUTING_RULE = "routing_rule"  # rule: its name
    NEXT_IN_ROTATION = "next_in_rotation"  # agent, level: a Level
    LIGHTEST_LOAD = "lightest_load"  # agent, level, load
    NAMED_ENGINEER = "named_engineer"  # agent
    LAST_AGENT = "last_agent"  # agent
    HOME_REGION = "home_region"  # agent
    ON_CALL = "on_call"  # agent
    NO_AGENT_IN_DEPARTMENT = "no_agent_in_department"  # level
    NO_AGENT_ON_SHIFT = "no_agent_on_shift"  # level
    NO_AGENT_FREE = "no_agent_free"  # level
    NO_AGENT_ACTIVE = "no_agent_active"  # level, agents: some of their names
    NO_AGENT_WITH_SKILLS = "no_agent_with_skills"  # level
    LENT = "lent"  # agent: the holder; owner, cause: a HandoverCause, until: a time or ""
    HANDED_BACK = "handed_back"  # agent: the owner
    OWNER_LEFT = "owner_left"  # agent: the holder; owner
    HOLDER_LEFT = "holder_left"  # agent: the owner; holder
    OFFER_PASSED_ON = "offer_passed_on"  # agent, before
    GIVEN_BACK = "given_back"  # agent
    NOT_A_MEMBER = "not_a_member"  # agent, department
    NOTHING_SENT = "nothing_sent"  # an email failed, as in channels_intake.outgoing.errors
    TIMED_OUT = "timed_out"
    WORKER_DIED = "worker_died"
    MAIL_SETUP = "mail_setup"
    TOO_LARGE = "too_large"


class Proof(StrEnum):
    """Ways in which a person proves that an email address is theirs."""

    MAILED_LINK = "mailed_link"
    AUTHENTICATED_EMAIL = "authenticated_email"
    REPLY = "reply"
    AGENT = "agent"


PROOFS: dict[str, str | Promise] = {
    Proof.MAILED_LINK: _("The sender opened a link that was emailed to this address."),
    Proof.AUTHENTICATED_EMAIL: _(
        "The sender wrote from this address, and its domain authenticated the email."
    ),
    Proof.REPLY: _("The sender replied to an email that was sent to this address."),
    Proof.AGENT: _("An agent verified the sender."),
}

SENTENCES: dict[str, str | Promise] = {
    ReasonCode.UNVERIFIED_SENDER: _("The sender is unverified, so no account's plan applies."),
    ReasonCode.NO_ACCOUNT: _("The sender doesn't belong to an account."),
    ReasonCode.ACCOUNT_STATUS: _("%(account)s has the status %(status)s."),
    ReasonCode.ACCOUNT_WITHOUT_PLAN: _("%(account)s is a customer without a support plan."),
    ReasonCode.ACCOUNT_WITH_PLAN: _("%(account)s is a customer with the %(plan)s plan."),
    ReasonCode.ROUTING_RULE: _("The routing rule “%(rule)s” applies."),
    ReasonCode.NEXT_IN_ROTATION: _(
        "Assigned to %(agent)s (on shift, %(level)s, next in rotation)."
    ),
    ReasonCode.LIGHTEST_LOAD: _(
        "Assigned to %(agent)s (on shift, %(level)s, lightest load: %(load)s)."
    ),
    ReasonCode.NAMED_ENGINEER: _("Assigned to %(agent)s, the named engineer of this account."),
    ReasonCode.LAST_AGENT: _(
        "Assigned to %(agent)s, who has worked on this account's latest ticket."
    ),
    ReasonCode.HOME_REGION: _("Assigned to %(agent)s (on shift in the account's home region)."),
    ReasonCode.ON_CALL: _("Assigned to %(agent)s, who is on call for urgent tickets."),
    ReasonCode.NO_AGENT_IN_DEPARTMENT: _("No agent at %(level)s works in this department."),
    ReasonCode.NO_AGENT_ON_SHIFT: _("No agent at %(level)s in this department is on shift."),
    ReasonCode.NO_AGENT_FREE: _(
        "Agents at %(level)s are on shift, but none is free to take this ticket."
    ),
    ReasonCode.NO_AGENT_ACTIVE: _(
        "Nobody on shift at %(level)s is active, so nobody can take this ticket yet. On shift, but"
        " not active: %(agents)s."
    ),
    ReasonCode.NO_AGENT_WITH_SKILLS: _(
        "No agent at %(level)s in this department has the required skills."
    ),
    ReasonCode.LENT: _("Handed over to %(agent)s, who works on it for %(owner)s."),
    ReasonCode.HANDED_BACK: _("Handed back to %(agent)s, who is available again."),
    ReasonCode.OWNER_LEFT: _(
        "%(agent)s keeps the ticket, because %(owner)s no longer works on tickets here."
    ),
    ReasonCode.HOLDER_LEFT: _(
        "Handed back to %(agent)s, because %(holder)s no longer works on tickets here."
    ),
    ReasonCode.GIVEN_BACK: _("Assigned to %(agent)s, who had the ticket at this level before."),
    ReasonCode.OFFER_PASSED_ON: _(
        "Assigned to %(agent)s, because %(before)s didn't accept it in time."
    ),
    ReasonCode.NOT_A_MEMBER: _(
        "%(agent)s isn't a member of %(department)s, and only members see its tickets."
    ),
    ReasonCode.NOTHING_SENT: _("The email was not sent, and the mail server gave no reason."),
    ReasonCode.TIMED_OUT: _("The mail server took too long to respond."),
    ReasonCode.MAIL_SETUP: _(
        "The mail server didn't accept emails from this help desk. The recipient's address may be"
        " right: ask an admin to check how email is set up."
    ),
    ReasonCode.TOO_LARGE: _("The email with its files is too large for the mail server."),
    ReasonCode.WORKER_DIED: _(
        "Processing stopped unexpectedly each time it was tried. The email may be too large."
    ),
}

SKIPPED = gettext_noop("Not available: %(agents)s.")
# How many agents were passed over, by cause, in this order.
SKIPPED_FOR = {
    "off_shift": gettext_noop("%(count)s off shift"),
    "away": gettext_noop("%(count)s away"),
    "inactive": gettext_noop("%(count)s not active"),
    "full": gettext_noop("%(count)s at capacity"),
    "unskilled": gettext_noop("%(count)s without the required skills"),
}

# Parameters that are codes themselves.
WORDS: dict[str, type[TextChoices]] = {"level": Level, "status": AccountStatus}


def make_reason(code: ReasonCode, **params: Any) -> dict[str, Any]:
    """Return a reason as it is stored."""
    return {"code": code.value, **params}


def describe_reason(reason: Reason, desk: Desk | None = None) -> str:
    """Return the sentence of a reason in the active language; text stays as it is.

    desk: names its own levels.

    A code that this version does not know is returned unchanged: during an upgrade a newer worker
    may have stored it.
    """
    if isinstance(reason, str):
        return reason
    code = str(reason.get("code", ""))
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    shown = {name: _get_word(name, value, desk) for name, value in reason.items()}
    parts = [fill_sentence(sentence, shown, code=code)]
    if until := reason.get("until"):
        parts.append(gettext("It goes back on %(time)s.") % {"time": describe_time(until)})
    if next_at := reason.get("next_at"):
        sentence = gettext("The next one comes on shift %(time)s.")
        parts.append(sentence % {"time": describe_time(next_at)})
    if causes := _describe_skipped(reason.get("skipped") or {}):
        parts.append(gettext(SKIPPED) % {"agents": ", ".join(causes)})
    return " ".join(parts)


def _describe_skipped(skipped: Mapping[str, int]) -> list[str]:
    return [
        gettext(words) % {"count": skipped[cause]}
        for cause, words in SKIPPED_FOR.items()
        if skipped.get(cause)
    ]


def describe_time(text: str | None) -> str:
    """Return a stored time such as "Thu, Nov 26, 5:45 AM"; "" for none."""
    return format_time(datetime.fromisoformat(text)) if text else ""


def format_time(at: datetime) -> str:
    """Return a time in the reader's zone, such as "Thu, Nov 26, 5:45 AM"."""
    return date_format(timezone.localtime(at), pgettext("date format", "D, M j, g:i A"))


def _get_word(name: str, value: Any, desk: Desk | None) -> Any:
    if name == "level" and desk and value in Level.values:
        return desk.word_for_level(value)
    return dict(WORDS[name].choices).get(value, value) if name in WORDS else value
