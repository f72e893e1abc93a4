"""The composer of a ticket's page, empty, with the agent's draft, or as it was submitted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from helpdesk.agent.components.replies import Recipient
from helpdesk.agent.components.ticket import Composer, DraftFile, Sending
from helpdesk.agent.statements import Query
from helpdesk.agent.ticket_page.composing.channels import list_choices
from helpdesk.agent.ticket_page.composing.draft_sql import (
    DraftFileRow,
    select_draft,
    select_draft_files,
)
from helpdesk.agent.ticket_page.composing.form import ComposerForm
from helpdesk.agent.ticket_page.entries import get_file_url
from helpdesk.agent.ticket_page.panel_queries import TicketPanel
from helpdesk.agent.ticket_page.ticket_queries import Conversation
from helpdesk.shared.drafts import FormDraft, restore, show_draft, to_place
from helpdesk.shared.entries import describe_message
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.models import State, Ticket

# Where two statuses have the same word at a desk (M97), and for closing.
PLAIN: dict[str, str | Promise] = {
    "waiting": gettext_lazy("Send and wait for the customer"),
    "investigating": gettext_lazy("Send and start investigating"),
    "closed": gettext_lazy("Send and close"),
    "": gettext_lazy("Send and keep the status"),
}


def get_composer_action(ticket: Ticket) -> str:
    """Return where the composer posts to, with its fragment: an error is in view at once."""
    return f"{get_url('agent:answers', ticket.number)}#composer"


def select_own_draft(agent: Agent, ticket: Ticket) -> tuple[Query[Any], ...]:
    """Return the statements of an agent's draft and its files; none for who can't write."""
    if not agent.can_write:
        return ()
    place = to_place(get_composer_action(ticket))
    of: dict[str, Any] = {"desk_id": ticket.desk_id, "user_id": agent.user_id, "place": place}
    return select_draft(**of), select_draft_files(**of)


def build_composer(
    ticket: Ticket,
    conversation: Conversation,
    panel: TicketPanel,
    form: ComposerForm | None,
    *,
    recipients: tuple[Recipient, ...],
    files: MultiValueDict,
) -> Composer:
    """Return the composer. form, files: as submitted, if that was not accepted."""
    action = get_composer_action(ticket)
    draft = show_draft(
        conversation.draft,
        action=action,
        save_view="agent:drafts",
        has_files=bool(conversation.draft_files),
    )
    form = form or _restore_composer(draft)
    # Neither an error nor a draft moves it: the reply was begun before what has arrived since.
    seen = parse_number(
        form["last_seen"].value() if form.is_bound else draft.get_value("last_seen")
    )
    choices = list_choices(
        ticket, panel.conversation, chosen=form["via"].value() or "", now=timezone.now()
    )
    composer = Composer(
        action=action,
        preview_url=get_url("agent:preview", ticket.number),
        upload_url=get_url("agent:draft_files", ticket.number),
        form=form,
        kind=form["kind"].value() or "reply",
        recipients=recipients,
        sendings=_select_submitted(list_sendings(ticket), form),
        last_seen=conversation.last_message_id if seen is None else seen,
        draft=replace(draft, notice="") if form.is_bound else draft,
        lost_files=tuple(file.name or "" for file in files.getlist("files")),
        files=_list_files(conversation.draft_files, form),
        choices=choices,
        mentions_url=get_url("agent:mentions", ticket.number),
        macros_url=get_url("agent:ticket_macros", ticket.number),
        asks_for_files=form.is_bound and form.asks_for_files,
    )
    # Without a way to reply, what is begun is a note.
    return composer if composer.can_reply or form.is_bound else replace(composer, kind="note")


def ask_again(composer: Composer, conversation: Conversation) -> Composer:
    """Return the composer with the messages that arrived meanwhile; sending again confirms."""
    newer = [m for m in conversation.messages if m.pk > composer.last_seen and not m.is_automatic]
    return replace(
        composer,
        last_seen=conversation.last_message_id,
        newer=tuple(describe_message(m, [], file_url=get_file_url) for m in newer),
    )


def list_sendings(ticket: Ticket) -> tuple[Sending, ...]:
    """Return the ways to send a reply, by the status that the ticket has then.

    Waiting for the customer is preselected, unless the ticket is escalated (M16).
    """
    word_for = ticket.desk.word_for
    if ticket.status == State.CLOSED:
        words = {"": word_for(ticket.word_key)}
    else:
        words = {
            "waiting": word_for("waiting"),
            "investigating": word_for("investigating"),
            "closed": word_for("solved"),
            "": word_for(ticket.word_key),
        }
    left_out = {State.INVESTIGATING: "investigating", State.WAITING: ""}.get(State(ticket.status))
    offered = {value: word for value, word in words.items() if value != left_out or len(words) == 1}
    selected = "" if ticket.status in {State.ESCALATED, State.CLOSED} else "waiting"
    shared = Counter(offered.values())
    return tuple(
        Sending(value, _name_sending(value, word, shared), word, selected=value == selected)
        for value, word in offered.items()
    )


def _name_sending(value: str, word: str, shared: Counter[str]) -> str:
    if shared[word] > 1 or value == "closed":
        return str(PLAIN[value])
    if not value:
        return _("Send and keep as %(status)s") % {"status": word}
    return _("Send and set to %(status)s") % {"status": word}


def _restore_composer(draft: FormDraft) -> ComposerForm:
    """Return the composer with the draft. One whose kind is unknown is a note: it stays inside."""
    form = ComposerForm(initial={"kind": "note" if draft.is_restored else "reply"})
    restore(form, draft)
    return form


def _select_submitted(sendings: tuple[Sending, ...], form: ComposerForm) -> tuple[Sending, ...]:
    """Return the ways with the submitted or saved one selected, if it is still offered."""
    if not form.is_bound and "next" not in form.initial:
        return sendings
    submitted = form["next"].value() or ""
    if all(one.value != submitted for one in sendings):
        return sendings
    return tuple(replace(one, selected=one.value == submitted) for one in sendings)


def _list_files(rows: list[DraftFileRow], form: ComposerForm) -> tuple[DraftFile, ...]:
    return tuple(
        describe_draft_file(
            row.id, row.name, row.size, is_kept=not form.is_bound or str(row.id) in form.kept
        )
        for row in rows
    )


def describe_draft_file(file_id: int, name: str, size: int, *, is_kept: bool = True) -> DraftFile:
    """Return a file of the draft as the composer shows it."""
    url = get_url("agent:draft_file_removal", file_id)
    return DraftFile(file_id, name, filesizeformat(size), url, is_kept=is_kept)
