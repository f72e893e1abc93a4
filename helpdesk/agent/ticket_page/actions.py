"""Actions that a ticket's state and the agent's role allow."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from helpdesk.agent.components.ticket import Action
from helpdesk.shared.urls import get_url
from tickets.attention.access import can_ask
from tickets.models import UNDECIDED, State, Ticket
from tickets.rules.redaction import can_redact
from tickets.services.escalation import can_escalate, list_lower_levels

# State changes that need no form: the button's label and icon.
MOVES = {
    "investigate": (gettext_lazy("Start investigating"), "magnifying-glass"),
    "wait_for_customer": (gettext_lazy("Wait for customer"), "pause"),
}


def list_actions(ticket: Ticket, agent: Agent) -> dict[str, tuple[Action, ...]]:
    """Return the context of agent/ticket/_actions.html. An observer can only ask for attention."""
    attention = _list_attention(ticket, agent)
    if not agent.can_write:
        return {"actions": (), "more_actions": attention}
    if ticket.merged_into_id is not None:
        redaction = _list_redaction(ticket, agent)
        return {
            "actions": (_build_undo_merge(ticket),),
            "more_actions": (*redaction, *attention),
        }
    legal = set(ticket.list_transitions())
    moves = _list_moves(ticket, legal)
    return {
        "actions": tuple(_list_main(ticket, agent, legal, moves[:1])),
        "more_actions": (*_list_more(ticket, agent, legal, moves[1:]), *attention),
    }


def _list_moves(ticket: Ticket, legal: set[str]) -> list[Action]:
    """Return the state changes that need no form."""
    return [
        _build_move(ticket, move)
        for move in MOVES
        if move in legal and not _is_current(ticket, move)
    ]


def _list_main(ticket: Ticket, agent: Agent, legal: set[str], moves: list[Action]) -> list[Action]:
    """Return the actions that have a button of their own."""
    actions = [_build_accept(ticket)] if _is_offered(ticket, agent) else []
    if _can_take(ticket, agent):
        actions.append(_build_assign_to_me(ticket, agent))
    if "reopen" in legal:
        actions.append(_build_reopen(ticket))
    if _needs_answer(ticket):
        actions.append(_build_no_reply(ticket))
    actions.extend(moves)
    if can_escalate(ticket):
        url = _get_url("escalation", ticket)
        actions.append(Action(href=url, label=_("Escalate"), icon="arrow-up-circle", keys="l"))
    if "close" in legal:
        url = _get_url("closure", ticket)
        actions.append(Action(href=url, label=_("Close ticket"), icon="check-circle", keys="e"))
    return actions


def _list_more(ticket: Ticket, agent: Agent, legal: set[str], moves: list[Action]) -> list[Action]:
    """Return the actions of the menu."""
    return [
        *moves,
        _build_macros(ticket),
        _build_side(ticket),
        *_list_rare(ticket),
        _build_report(ticket),
        _build_feedback(ticket),
        _build_merge(ticket),
        _build_split(ticket),
        *([_build_follow_up(ticket)] if ticket.status == State.CLOSED else []),
        *([_build_spam(ticket)] if "close" in legal else []),
        *_list_level_actions(ticket),
        *_list_work(ticket),
        *_list_corrections(ticket),
        *_list_redaction(ticket, agent),
    ]


def _is_offered(ticket: Ticket, agent: Agent) -> bool:
    """Return True if the agent was offered this ticket and has yet to accept it."""
    return ticket.assignee_id == agent.pk == getattr(ticket, "offered_to", None)


def _build_accept(ticket: Ticket) -> Action:
    url = _get_url("acceptance", ticket)
    return Action(url=url, label=_("Accept"), icon="hand-thumb-up", primary=True)


def _needs_answer(ticket: Ticket) -> bool:
    """Return True if an agent can say that messages need no reply: only after a first response."""
    return ticket.unanswered_since is not None and ticket.first_responded_at is not None


def _build_no_reply(ticket: Ticket) -> Action:
    url = _get_url("no_reply", ticket)
    return Action(url=url, label=_("No reply needed"), icon="check", keys="x")


def _list_rare(ticket: Ticket) -> list[Action]:
    """Return the actions on questions, promised updates and holds."""
    if ticket.status == State.CLOSED:
        return []
    ask = Action(
        href=_get_url("ask_help", ticket), label=_("Ask for help"), icon="question-mark-circle"
    )
    promise = Action(href=_get_url("promise", ticket), label=_("Promise an update"), icon="clock")
    held = ticket.hold_until is not None
    hold = Action(
        href=_get_url("hold", ticket),
        label=_("Change the hold") if held else _("Put on hold"),
        icon="pause-circle",
    )
    end = Action(url=_get_url("hold_end", ticket), label=_("End the hold"), icon="play")
    return [ask, promise, hold, end] if held else [ask, promise, hold]


def _build_macros(ticket: Ticket) -> Action:
    url = _get_url("ticket_macros", ticket)
    return Action(href=url, in_dialog=False, label=_("Apply a macro"), icon="bolt")


def _build_side(ticket: Ticket) -> Action:
    url, label = _get_url("side_new", ticket), _("New side conversation")
    return Action(href=url, in_dialog=False, label=label, icon="lock-closed")


def _build_report(ticket: Ticket) -> Action:
    url = _get_url("report_defect", ticket)
    return Action(href=url, in_dialog=False, label=_("Report a defect"), icon="bug-ant")


def _build_feedback(ticket: Ticket) -> Action:
    url = _get_url("ticket_feedback", ticket)
    return Action(href=url, label=_("Product feedback"), icon="light-bulb")


def _build_merge(ticket: Ticket) -> Action:
    url = _get_url("merge", ticket)
    return Action(href=url, label=_("Merge into another ticket"), icon="arrows-pointing-in")


def _build_spam(ticket: Ticket) -> Action:
    return Action(href=_get_url("spam", ticket), label=_("Mark as spam"), icon="no-symbol")


def _build_split(ticket: Ticket) -> Action:
    return Action(
        href=_get_url("split", ticket), label=_("Split into a new ticket"), icon="scissors"
    )


def _build_follow_up(ticket: Ticket) -> Action:
    return Action(
        href=_get_url("follow_up", ticket), label=_("Open a follow-up"), icon="document-duplicate"
    )


def _build_undo_merge(ticket: Ticket) -> Action:
    url = _get_url("merge_undo", ticket)
    return Action(url=url, label=_("Undo merge"), icon="arrows-pointing-out")


def _list_level_actions(ticket: Ticket) -> list[Action]:
    """Return the links to the forms about the ticket's level, and about an emergency."""
    actions = []
    if list_lower_levels(ticket):
        url = _get_url("give_back", ticket)
        label = _("Give back to a lower level")
        actions.append(Action(href=url, label=label, icon="arrow-down-circle"))
    if ticket.status != State.CLOSED and ticket.emergency not in UNDECIDED:
        url = _get_url("new_emergency", ticket)
        actions.append(Action(href=url, label=_("Mark as emergency"), icon="bell-alert"))
    return actions


def _list_work(ticket: Ticket) -> list[Action]:
    """Return the links to the agent's snooze of the ticket, and to the time spent."""
    time = Action(href=_get_url("time", ticket), label=_("Log time"), icon="clock")
    if ticket.status == State.CLOSED:
        return [time]
    return [Action(href=_get_url("snooze", ticket), label=_("Snooze"), icon="moon"), time]


def _list_corrections(ticket: Ticket) -> list[Action]:
    """Return the links to the forms that correct the subject, requester and account."""
    subject = Action(href=_get_url("subject", ticket), label=_("Change subject"), icon="pencil")
    requester = Action(
        href=_get_url("requester_change", ticket), label=_("Change requester"), icon="user"
    )
    if ticket.is_unverified:
        url, label = _get_url("verification", ticket), _("Verify sender")
        return [subject, requester, Action(href=url, label=label, icon="shield-check")]
    url, label = _get_url("ticket_account", ticket), _("Change account")
    return [subject, requester, Action(href=url, label=label, icon="building-office")]


def _list_redaction(ticket: Ticket, agent: Agent) -> tuple[Action, ...]:
    """Return the link to the form that redacts a text, for those who may."""
    if not can_redact(agent):
        return ()
    url = _get_url("redaction", ticket)
    return (Action(href=url, in_dialog=False, label=_("Redact text"), icon="eye-slash"),)


def _list_attention(ticket: Ticket, agent: Agent) -> tuple[Action, ...]:
    """Return the link to the form of those who may ask for attention on an open ticket."""
    if ticket.status == State.CLOSED or not can_ask(agent, ticket.account):
        return ()
    url = _get_url("ask_attention", ticket)
    return (Action(href=url, label=_("Ask for attention"), icon="megaphone"),)


def _can_take(ticket: Ticket, agent: Agent) -> bool:
    return ticket.assignee_id != agent.pk and ticket.status != State.CLOSED


def _get_url(name: str, ticket: Ticket) -> str:
    return get_url(f"agent:{name}", ticket.number)


def _build_reopen(ticket: Ticket) -> Action:
    return Action(
        url=_get_url("reopening", ticket),
        label=_("Reopen ticket"),
        icon="arrow-uturn-left",
        primary=True,
    )


def _build_assign_to_me(ticket: Ticket, agent: Agent) -> Action:
    return Action(
        url=_get_url("assignee", ticket),
        label=_("Assign to me"),
        icon="hand-raised",
        primary=ticket.assignee_id is None,
        name="assignee",
        value=str(agent.pk),
        expected=str(ticket.assignee_id or ""),
        keys="t",
    )


def _build_move(ticket: Ticket, move: str) -> Action:
    label, icon = MOVES[move]
    url = _get_url("status", ticket)
    return Action(url=url, label=str(label), icon=icon, name="move", value=move)


def _is_current(ticket: Ticket, move: str) -> bool:
    return move == "wait_for_customer" and ticket.status == State.WAITING
