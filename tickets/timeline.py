"""The history of a ticket in sentences, in the reader's language (M29). No query, no clock.

Events hold codes and parameters; each kind has a function here that returns whole sentences. The
words for states, priorities and departments are the desk's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.customers.refusals import describe_refusal
from accounts.models import AccountStatus, Desk, Level
from tickets.events import EventKind
from tickets.models import CloseReason, TicketEvent
from tickets.reasons import PROOFS, describe_reason

Facts = Mapping[str, Any]

CLOSED: dict[str, str | Promise] = {
    CloseReason.SOLVED: gettext_lazy("%(actor)s closed the ticket as solved."),
    CloseReason.SILENCE: gettext_lazy(
        "%(actor)s closed the ticket because the customer didn't reply."
    ),
    CloseReason.DUPLICATE: gettext_lazy("%(actor)s closed the ticket as a duplicate."),
    CloseReason.SPAM: gettext_lazy("%(actor)s closed the ticket as spam."),
}

MAILS_SENT: dict[str, str | Promise] = {
    "reply": gettext_lazy("The reply was emailed to %(to)s."),
    "copy": gettext_lazy("The customer's message was emailed to %(to)s."),
    "phone": gettext_lazy("The follow-up to the call was emailed to %(to)s."),
    "receipt": gettext_lazy("The confirmation was emailed to %(to)s."),
    "reminder": gettext_lazy("The reminder was emailed to %(to)s."),
    "promise": gettext_lazy("The new response time was emailed to %(to)s."),
    "closed": gettext_lazy("The closing notice was emailed to %(to)s."),
}


def describe_event(
    event: TicketEvent, desk: Desk, *, priority_names: Mapping[str, str] | None = None
) -> str:
    """Return what happened in sentences, with the actor, in the active language and time zone.

    priority_names: in the active language, by the desk's own names, which events keep
    (selectors.get_priority_names). A kind that this version does not know is returned unchanged:
    during an upgrade a newer worker may have stored it.
    """
    describe = SENTENCES.get(event.kind)
    if describe is None:
        return event.kind
    actor = event.actor_name or str(event.get_actor_kind_display())
    facts = _localize_priority(event.data, priority_names) if priority_names else event.data
    return describe(actor, facts, desk)


def _localize_priority(facts: Facts, names: Mapping[str, str]) -> Facts:
    own = facts.get("priority")
    if isinstance(own, str):
        return {**facts, "priority": names.get(own, own)}
    return {**facts, "priority": [names.get(name, name) for name in own]} if own else facts


def _fill(sentence: str | Promise) -> Callable[[str, Facts, Desk], str]:
    """Return the description of a kind that has one sentence, with its facts as placeholders."""
    return lambda actor, facts, desk: str(sentence) % {**facts, "actor": actor}


def _opened(actor: str, facts: Facts, desk: Desk) -> str:
    named = {"actor": actor, "priority": facts.get("priority", "")}
    if origin := facts.get("follow_up_of"):
        named["ticket"] = f"{desk.ticket_prefix}-{origin}"
        opened = _(
            "%(actor)s opened the ticket with priority %(priority)s, following up on %(ticket)s."
        )
    elif facts.get("priority"):
        opened = _("%(actor)s opened the ticket with priority %(priority)s.")
    else:
        opened = _("%(actor)s opened the ticket.")
    unverified = _("The sender is unverified.") if facts.get("unverified") else ""
    return _join(opened % named, unverified, _describe_uncovered(facts))


def _customer_responded(actor: str, facts: Facts, desk: Desk) -> str:
    replied = _("%(actor)s replied.") % {"actor": actor}
    return _join(replied, _describe_state(facts, desk), _describe_uncovered(facts))


def _agent_replied(actor: str, facts: Facts, desk: Desk) -> str:
    if facts.get("is_first"):
        replied = _("%(actor)s sent the first response.")
    else:
        replied = _("%(actor)s replied to the customer.")
    return _join(replied % {"actor": actor}, _describe_state(facts, desk))


def _status_changed(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["status"]
    return _("%(actor)s changed the status from %(before)s to %(after)s.") % {
        "actor": actor,
        "before": desk.word_for(before),
        "after": desk.word_for(after),
    }


def _closed(actor: str, facts: Facts, desk: Desk) -> str:
    sentence = CLOSED.get(facts.get("reason", "")) or _("%(actor)s closed the ticket.")
    return str(sentence) % {"actor": actor}


def _reopened(actor: str, facts: Facts, desk: Desk) -> str:
    reopened = _("%(actor)s reopened the ticket.") % {"actor": actor}
    return _join(reopened, _describe_uncovered(facts))


def _escalated(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = (Level(level).label for level in facts["level"])
    escalated = _("%(actor)s escalated the ticket from %(before)s to %(after)s.") % {
        "actor": actor,
        "before": before,
        "after": after,
    }
    return _join(escalated, _describe_why(facts))


def _assigned(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["names"]
    named = {"actor": actor, "before": before, "after": after}
    if after and facts.get("reason"):  # the rule's reason names the new assignee
        earlier = _("It was previously assigned to %(before)s.") if before else ""
        return _join(_describe_why(facts), earlier % named)
    return _join(_choose_assigned(actor, before, after) % named, _describe_why(facts))


def _choose_assigned(actor: str, before: str, after: str) -> str:
    if not after:
        return _("%(actor)s unassigned %(before)s.")
    if after == actor:
        if before:
            return _("%(actor)s took over the ticket from %(before)s.")
        return _("%(actor)s took the ticket.")
    if before:
        return _("%(actor)s reassigned the ticket from %(before)s to %(after)s.")
    return _("%(actor)s assigned the ticket to %(after)s.")


def _left_unassigned(actor: str, facts: Facts, desk: Desk) -> str:
    return _join(_("The ticket is waiting for an agent."), _describe_why(facts))


def _priority_changed(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["priority"]
    changed = _("%(actor)s changed the priority from %(before)s to %(after)s.") % {
        "actor": actor,
        "before": before,
        "after": after,
    }
    return _join(changed, _describe_uncovered(facts))


def _product_changed(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["product"]
    if not after:
        changed = _("%(actor)s removed the product %(before)s.")
    elif before:
        changed = _("%(actor)s changed the product from %(before)s to %(after)s.")
    else:
        changed = _("%(actor)s set the product to %(after)s.")
    named = {"actor": actor, "before": before, "after": after}
    return _join(changed % named, _describe_uncovered(facts))


def _terms_changed(actor: str, facts: Facts, desk: Desk) -> str:
    terms = facts["terms"]
    if terms["plan"]:
        sentence = _("%(account)s now has the status %(status)s and the %(plan)s plan.")
    else:
        sentence = _("%(account)s now has the status %(status)s and no plan.")
    changed = sentence % {**terms, "status": AccountStatus(terms["status"]).label}
    return _join(changed, _describe_uncovered(facts))


def _sender_verified(actor: str, facts: Facts, desk: Desk) -> str:
    if facts.get("account"):
        account = _("The ticket now belongs to %(account)s.")
    else:
        account = _("The ticket still doesn't belong to an account.")
    verified = _("%(actor)s is now a verified sender.") % {"actor": actor}
    proof = str(PROOFS[facts["proof"]])
    return _join(verified, proof, account % facts, _describe_uncovered(facts))


def _department_changed(actor: str, facts: Facts, desk: Desk) -> str:
    before, after = facts["department"]
    if before:
        moved = _("%(actor)s moved the ticket from %(before)s to %(after)s.")
    else:
        moved = _("%(actor)s routed the ticket to %(after)s.")
    return _join(moved % {"actor": actor, "before": before, "after": after}, _describe_why(facts))


def _reminded(actor: str, facts: Facts, desk: Desk) -> str:
    closes = ""
    if time := _describe_time(facts.get("closes_at")):
        closes = _("If the customer doesn't reply, the ticket closes on %(time)s.") % {"time": time}
    return _join(_("The customer was reminded."), closes)


def _sla_started(actor: str, facts: Facts, desk: Desk) -> str:
    named = {"time": _describe_time(facts["due_at"]), "terms": _list_terms(facts)}
    if named["terms"]:
        return _("First response due %(time)s (%(terms)s).") % named
    return _("First response due %(time)s.") % named


def _sla_replanned(actor: str, facts: Facts, desk: Desk) -> str:
    before = ""
    if time := _describe_time(facts.get("was_due_at")):
        before = _("It was previously due %(time)s.") % {"time": time}
    named = {"time": _describe_time(facts["due_at"]), "terms": _list_terms(facts)}
    if named["terms"]:
        return _join(_("First response now due %(time)s (%(terms)s).") % named, before)
    return _join(_("First response now due %(time)s.") % named, before)


def _sla_stopped(actor: str, facts: Facts, desk: Desk) -> str:
    before = _("It was due %(time)s.") % {"time": _describe_time(facts["was_due_at"])}
    return _join(_("No first response is promised anymore."), before)


def _sla_warned(actor: str, facts: Facts, desk: Desk) -> str:
    return _("First response due soon, on %(time)s.") % {"time": _describe_time(facts["due_at"])}


def _sla_breached(actor: str, facts: Facts, desk: Desk) -> str:
    named = {"time": _describe_time(facts["due_at"])}
    return _("First response overdue. It was due %(time)s.") % named


def _sla_met(actor: str, facts: Facts, desk: Desk) -> str:
    named = {"time": _describe_time(facts["due_at"])}
    if facts.get("in_time", True):
        return _("First response on time. It was due %(time)s.") % named
    return _("First response late. It was due %(time)s.") % named


def _mail_released(actor: str, facts: Facts, desk: Desk) -> str:
    if facts.get("verified"):
        sentence = _("%(actor)s released the message from quarantine and verified its sender.")
    else:
        sentence = _("%(actor)s released the message from quarantine. Its sender stays unverified.")
    return sentence % {"actor": actor}


def _mail_sent(actor: str, facts: Facts, desk: Desk) -> str:
    sentence = MAILS_SENT.get(facts.get("mail_kind", "")) or _("An email was sent to %(to)s.")
    return str(sentence) % facts


def _mail_failed(actor: str, facts: Facts, desk: Desk) -> str:
    failed = _("The email to %(to)s couldn't be delivered.")
    return _join(failed % facts, _describe_why(facts), _describe_reporter(facts))


def _mail_delayed(actor: str, facts: Facts, desk: Desk) -> str:
    delayed = _("The email to %(to)s is delayed. The mail server is still trying.")
    return _join(delayed % facts, _describe_why(facts), _describe_reporter(facts))


def _describe_reporter(facts: Facts) -> str:
    if not facts.get("reporter"):
        return ""
    return _("Automatic report from %(sender)s.") % {"sender": facts["reporter"]}


def _join(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _describe_state(facts: Facts, desk: Desk) -> str:
    before, after = facts.get("status") or ("", "")
    if before == after:
        return ""
    return _("The ticket is now %(state)s.") % {"state": desk.word_for(after)}


def _describe_why(facts: Facts) -> str:
    """Return a rule's reason, or the words that a person or a server gave as one."""
    if facts.get("reason"):
        return describe_reason(facts["reason"])
    why = str(facts.get("why") or "").strip()
    return _("Reason: %(why)s") % {"why": why} if why else ""


def _describe_uncovered(facts: Facts) -> str:
    """Return why the plan doesn't cover the ticket, since this event; "" if it does."""
    return describe_refusal(facts.get("uncovered") or {})


def _list_terms(facts: Facts) -> str:
    return ", ".join(
        str(facts[part]) for part in ("plan", "priority", "calendar") if facts.get(part)
    )


def _describe_time(text: str | None) -> str:
    """Return a time such as "Thu, Nov 26, 5:45 AM"; "" for none."""
    if not text:
        return ""
    local = timezone.localtime(datetime.fromisoformat(text))
    return date_format(local, pgettext("date format", "D, M j, g:i A"))


SENTENCES: dict[str, Callable[[str, Facts, Desk], str]] = {
    EventKind.TICKET_OPENED: _opened,
    EventKind.CUSTOMER_RESPONDED: _customer_responded,
    EventKind.MACHINE_RESPONDED: _fill(
        gettext_lazy("An automatic reply from %(actor)s arrived. It doesn't change the status.")
    ),
    EventKind.AGENT_REPLIED: _agent_replied,
    EventKind.NOTE_ADDED: _fill(gettext_lazy("%(actor)s added an internal note.")),
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.TICKET_CLOSED: _closed,
    EventKind.TICKET_REOPENED: _reopened,
    EventKind.ESCALATED: _escalated,
    EventKind.ASSIGNED: _assigned,
    EventKind.LEFT_UNASSIGNED: _left_unassigned,
    EventKind.PRIORITY_CHANGED: _priority_changed,
    EventKind.PRODUCT_CHANGED: _product_changed,
    EventKind.TERMS_CHANGED: _terms_changed,
    EventKind.DEPARTMENT_CHANGED: _department_changed,
    EventKind.SENDER_VERIFIED: _sender_verified,
    EventKind.PARTICIPANT_ADDED: _fill(
        gettext_lazy("%(actor)s added %(name)s as a follower (CC).")
    ),
    EventKind.PARTICIPANT_REMOVED: _fill(
        gettext_lazy("%(actor)s removed the follower (CC) %(name)s.")
    ),
    EventKind.REQUESTER_CHANGED: _fill(
        gettext_lazy("%(actor)s made %(name)s the requester. The address is not verified.")
    ),
    EventKind.REQUESTER_LEFT: _fill(
        gettext_lazy("The requester left the account. %(name)s is the requester now.")
    ),
    EventKind.RECIPIENTS_ADDED: _fill(
        gettext_lazy("The email was sent to several mailboxes: %(addresses)s")
    ),
    EventKind.CUSTOMER_REMINDED: _reminded,
    EventKind.SLA_STARTED: _sla_started,
    EventKind.SLA_REPLANNED: _sla_replanned,
    EventKind.SLA_STOPPED: _sla_stopped,
    EventKind.SLA_WARNED: _sla_warned,
    EventKind.SLA_BREACHED: _sla_breached,
    EventKind.SLA_MET: _sla_met,
    EventKind.MAIL_RELEASED: _mail_released,
    EventKind.MAIL_SENT: _mail_sent,
    EventKind.MAIL_DELIVERED: _fill(gettext_lazy("The email to %(to)s was delivered.")),
    EventKind.MAIL_DELAYED: _mail_delayed,
    EventKind.MAIL_FAILED: _mail_failed,
}
