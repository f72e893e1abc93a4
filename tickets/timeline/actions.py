"""What people and rules did to a ticket, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import AccountStatus, Desk, HandleProof
from tickets.models import CloseReason, ReactionKind
from tickets.sentences.reasons import PROOFS, Proof
from tickets.timeline.parts import (
    Facts,
    describe_state,
    describe_time,
    describe_uncovered,
    describe_why,
    join,
)

HANDLES: dict[str, str | Promise] = {
    HandleProof.NONE: gettext_lazy("%(actor)s unlinked %(handle)s from its contact."),
    HandleProof.PORTAL: gettext_lazy("%(handle)s was verified as %(name)s, who was signed in."),
    HandleProof.EMAIL: gettext_lazy(
        "%(handle)s was verified as %(name)s, who confirmed their email address."
    ),
    HandleProof.AGENT: gettext_lazy("%(actor)s linked %(handle)s to the contact %(name)s."),
}
CLOSED: dict[str, str | Promise] = {
    CloseReason.SOLVED: gettext_lazy("%(actor)s closed the ticket as solved."),
    CloseReason.SILENCE: gettext_lazy(
        "%(actor)s closed the ticket because the customer didn't reply."
    ),
    CloseReason.DUPLICATE: gettext_lazy("%(actor)s closed the ticket as a duplicate."),
    CloseReason.NO_ANSWER: gettext_lazy(
        "%(actor)s closed the ticket because the customer didn't respond."
    ),
    CloseReason.NOT_OURS: gettext_lazy(
        "%(actor)s closed the ticket because it isn't about our product."
    ),
    CloseReason.LIMITATION: gettext_lazy("%(actor)s closed the ticket as a known limitation."),
    CloseReason.SPAM: gettext_lazy("%(actor)s closed the ticket as spam."),
}


def describe_imported(actor: str, facts: Facts, desk: Desk) -> str:
    """Say where the ticket was imported from, and its number there."""
    if facts.get("is_update"):
        said = _("%(actor)s imported changes of the ticket from %(source)s.")
    elif facts.get("number"):
        said = _("%(actor)s imported the ticket from %(source)s, where it was number %(number)s.")
    else:
        said = _("%(actor)s imported the ticket from %(source)s.")
    known = {"actor": actor, "source": facts["source"], "number": facts.get("number", "")}
    return said % known


def describe_opened(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the ticket was opened, its priority, and what it follows up on."""
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
    return join(opened % named, unverified, describe_uncovered(facts))


def describe_customer_responded(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the customer replied."""
    replied = _("%(actor)s replied.") % {"actor": actor}
    return join(replied, describe_state(facts, desk), describe_uncovered(facts))


def describe_agent_replied(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that an agent replied, or sent the first response."""
    if facts.get("is_first"):
        replied = _("%(actor)s sent the first response.")
    else:
        replied = _("%(actor)s replied to the customer.")
    return join(replied % {"actor": actor}, describe_state(facts, desk))


def describe_status_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the states before and after."""
    before, after = facts["status"]
    return _("%(actor)s changed the status from %(before)s to %(after)s.") % {
        "actor": actor,
        "before": desk.word_for(before),
        "after": desk.word_for(after),
    }


def describe_closed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the ticket was closed, and why."""
    sentence = CLOSED.get(facts.get("reason", "")) or _("%(actor)s closed the ticket.")
    named = {"actor": actor, "name": facts.get("own", "")}
    if facts.get("own"):
        sentence = _("%(actor)s closed the ticket: %(name)s.")
    if number := facts.get("duplicate_of"):
        named["ticket"] = f"{desk.ticket_prefix}-{number}"
        sentence = _("%(actor)s closed the ticket as a duplicate of %(ticket)s.")
    return str(sentence) % named


def describe_reopened(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the ticket was reopened."""
    reopened = _("%(actor)s reopened the ticket.") % {"actor": actor}
    lost = _("The customer never got the latest reply.") if facts.get("lost") else ""
    return join(reopened, lost, describe_uncovered(facts))


def describe_assigned(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the assignee and the previous one."""
    before, after = facts["names"]
    named = {"actor": actor, "before": before, "after": after}
    if after and facts.get("reason"):  # the rule's reason names the new assignee
        earlier = _("It was previously assigned to %(before)s.") if before else ""
        return join(describe_why(facts, desk), earlier % named)
    return join(_choose_assigned(actor, before, after) % named, describe_why(facts, desk))


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


def describe_left_unassigned(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why the ticket has no assignee."""
    return join(_("The ticket is waiting for an agent."), describe_why(facts, desk))


def describe_priority_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the priorities before and after."""
    before, after = facts["priority"]
    changed = _("%(actor)s changed the priority from %(before)s to %(after)s.") % {
        "actor": actor,
        "before": before,
        "after": after,
    }
    return join(changed, describe_uncovered(facts))


def describe_line_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the product line that is set, or say that the account's own counts again."""
    _before, after = facts["line"]
    named = {"actor": actor, "line": after}
    if after:
        return _("%(actor)s set the product line to %(line)s.") % named
    return _("%(actor)s removed the product line. The account's own line applies again.") % named


def describe_product_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the products before and after."""
    before, after = facts["product"]
    if not after:
        changed = _("%(actor)s removed the product %(before)s.")
    elif before:
        changed = _("%(actor)s changed the product from %(before)s to %(after)s.")
    else:
        changed = _("%(actor)s set the product to %(after)s.")
    named = {"actor": actor, "before": before, "after": after}
    return join(changed % named, describe_uncovered(facts))


def describe_terms_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Return the account's new status and plan."""
    terms = facts["terms"]
    if terms["plan"]:
        sentence = _("%(account)s now has the status %(status)s and the %(plan)s plan.")
    else:
        sentence = _("%(account)s now has the status %(status)s and no plan.")
    changed = sentence % {**terms, "status": AccountStatus(terms["status"]).label}
    return join(changed, describe_uncovered(facts))


def describe_requester_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the new requester; of a handle, also whose it is now, and what proves it."""
    named = {"actor": actor, **{key: facts.get(key, "") for key in ("name", "handle", "account")}}
    if "handle" not in facts and "account" not in facts:
        changed = _("%(actor)s made %(name)s the requester. The address is not verified.")
        return changed % named
    chosen = _("%(actor)s made %(name)s the requester.")
    sentence = str(HANDLES[facts["proof"]] if "handle" in facts else chosen) % named
    account = _("The ticket now belongs to %(account)s.") if facts.get("account") else ""
    return join(sentence, describe_why(facts), account % named, describe_uncovered(facts))


def describe_contact_merged(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the contact who was merged and the one who stayed, and say why."""
    merged = _("%(actor)s merged the contact %(was)s into %(name)s.")
    return join(merged % {"actor": actor, **facts}, describe_why(facts))


def describe_account_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the accounts before and after."""
    before, after = facts["account"]
    if not after:
        changed = _("%(actor)s removed the ticket from the account %(before)s.")
    elif before:
        changed = _("%(actor)s moved the ticket from the account %(before)s to %(after)s.")
    else:
        changed = _("%(actor)s moved the ticket to the account %(after)s.")
    named = {"actor": actor, "before": before, "after": after}
    return join(changed % named, describe_uncovered(facts))


def describe_sender_verified(actor: str, facts: Facts, desk: Desk) -> str:
    """Return what verified the sender, and the account that followed."""
    if facts.get("account"):
        account = _("The ticket now belongs to %(account)s.")
    else:
        account = _("The ticket still doesn't belong to an account.")
    if facts["proof"] == Proof.AGENT:
        checked = _("%(actor)s verified that the sender is %(name)s.")
        said = (checked % {"actor": actor, "name": facts["name"]}, describe_why(facts))
    else:
        verified = _("%(actor)s is now a verified sender.") % {"actor": actor}
        said = (verified, str(PROOFS[facts["proof"]]))
    return join(*said, account % facts, describe_uncovered(facts))


def describe_department_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the departments before and after."""
    before, after = facts["department"]
    if before:
        moved = _("%(actor)s moved the ticket from %(before)s to %(after)s.")
    else:
        moved = _("%(actor)s routed the ticket to %(after)s.")
    return join(
        moved % {"actor": actor, "before": before, "after": after}, describe_why(facts, desk)
    )


def describe_rules_applied(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the routing rules that applied, and what they set besides department and tags."""
    rules = ngettext(
        "The routing rule %(rules)s applies.",
        "The routing rules %(rules)s apply.",
        len(facts["rules"]),
    )
    said = [rules % {"rules": ", ".join(f"“{name}”" for name in facts["rules"])}]
    if level := facts.get("level"):
        said.append(_("Level: %(after)s.") % {"after": desk.word_for_level(level[1])})
    if priority := facts.get("priority"):
        names = {"before": priority[0], "after": priority[1]}
        said.append(_("Priority: %(after)s instead of %(before)s.") % names)
    if skills := facts.get("skills"):
        said.append(_("Required skills: %(skills)s.") % {"skills": ", ".join(skills)})
    return join(*said)


def describe_tags_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name the tags that were added and removed."""
    named = {"actor": actor, "added": ", ".join(facts["added"])}
    named["removed"] = ", ".join(facts["removed"])
    if not facts["removed"]:
        return _("%(actor)s added the tags: %(added)s.") % named
    if not facts["added"]:
        return _("%(actor)s removed the tags: %(removed)s.") % named
    return _("%(actor)s added the tags: %(added)s; and removed: %(removed)s.") % named


def describe_reminded(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the customer was reminded, and when the ticket closes."""
    closes = ""
    if time := describe_time(facts.get("closes_at")):
        closes = _("If the customer doesn't reply, the ticket closes on %(time)s.") % {"time": time}
    return join(_("The customer was reminded."), closes)


def describe_reaction(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that an agent reacted to a note, or withdrew it."""
    named = {"actor": actor, "reaction": ReactionKind(facts["reaction"]).label}
    if facts["is_added"]:
        return _("%(actor)s reacted to a note: %(reaction)s.") % named
    return _("%(actor)s removed a reaction to a note: %(reaction)s.") % named
