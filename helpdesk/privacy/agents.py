"""Erase an agent who has left a desk (GDPR, article 17): address, name and user.

The address is erased from the whole desk, the name from what the agent wrote, from the tickets
that they had or worked on, and from the audit. What they wrote and did stays under "Erased
person", as the desk's record and its replies to customers; so do the settings that they changed.
The limits are those of helpdesk.privacy.erasure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import Agent, ApiToken, AuditEntry, Desk
from accounts.privacy.erasing import ERASED_NAME, KnownNames, erase_agent_details, identify_agent
from accounts.privacy.scrubbing import MARK, build_pattern, scrub
from accounts.tenancy import system_scope
from accounts.tokens.applications import end_tokens_of_user
from channels_intake.erasing import erase_from_outbox, erase_mentions, forget_releaser
from channels_intake.models import ChatPerson, OutgoingEmail
from helpdesk.privacy.erasure import Eraser, check_can_erase, record_erasure, scrub_everywhere
from routing.models import (
    Absence,
    AgentLanguage,
    AgentSkill,
    DryRun,
    ExtraShift,
    OnCallMember,
    OnCallRota,
    OnCallTurn,
    Presence,
    Rotation,
    RuleVersion,
    Shift,
    Team,
    TeamMember,
)
from sla.models import Replan
from tickets.defects.erasing import forget_agent, list_agent_names
from tickets.erasing_agents import forget_alerted, forget_assignee, forget_matcher
from tickets.errors import NotAllowedError
from tickets.models import (
    ActorKind,
    BulkJob,
    Draft,
    GroupMember,
    Macro,
    Message,
    Note,
    NoteMention,
    Notification,
    NotificationChoice,
    NotificationSettings,
    PushSubscription,
    SavedView,
    SideMessage,
    TicketEvent,
    TicketSummary,
    TroubleshootingRecord,
    Watcher,
)
from tickets.replies.undoing import delete_replies_of
from tickets.scrubbing import scrub_tickets
from tickets.services.drafts import delete_drafts
from tickets.webhooks.erasing import erase_answers

# What is deleted with an agent, by the kind that the audit names.
SCHEDULES: dict[str, tuple[type[Model], ...]] = {
    "shifts": (Shift, ExtraShift, Rotation, TeamMember, GroupMember),
    "absences": (Absence, Presence),
    "on_call": (OnCallTurn, OnCallMember),
    "skills": (AgentSkill, AgentLanguage),
    "chat_users": (ChatPerson,),
    "watching": (NoteMention, Watcher),
    "choices": (NotificationChoice, NotificationSettings, PushSubscription),
    "saved_views": (SavedView,),
    "api_tokens": (ApiToken,),
}
# What the audit calls by an agent's name: absences, extra shifts, turns, users in chats, and
# changes of rotas and teams.
STAFFED = [
    model._meta.label_lower
    for model in (Absence, ExtraShift, OnCallTurn, OnCallRota, Team, ChatPerson)
]
# Columns with the name of who changed settings.
SIGNED: tuple[tuple[type[Model], str], ...] = (
    (RuleVersion, "by_name"),
    (DryRun, "by_name"),
    (DryRun, "applied_by"),
    (Replan, "by_name"),
)


def erase_agent(*, desk: Desk, agent: Agent, by: Eraser, at: datetime) -> dict[str, int]:
    """Erase an inactive agent from the desk. Return counts of what was deleted, by kind.

    by: as in erase_person. Raises NotAllowedError for others, and while the agent is active.
    """
    check_can_erase(by, desk)
    with system_scope("erase an agent from append-only rows too"), transaction.atomic():
        locked = Agent.objects.select_for_update(of=("self",)).select_related("user", "desk")
        erased = locked.get(pk=agent.pk, desk=desk)
        if erased.is_active:
            raise NotAllowedError(_("This agent is still active. Deactivate them first."))
        acted = TicketEvent.objects.filter(
            desk=desk, actor_kind=ActorKind.AGENT, actor_id=erased.pk
        ).order_by()
        earlier = set(acted.values_list("actor_name", flat=True).distinct())
        person = identify_agent(erased, earlier | list_agent_names(erased))
        in_chats = ChatPerson.objects.filter(agent=erased).values_list("user_name", "user_id")
        nicknames = [name for names in in_chats for name in names if name]
        went = _erase_from_tickets(erased, person)
        went |= forget_agent(erased, person)
        worked_on = set(acted.values_list("ticket_id", flat=True))
        scrub_tickets(worked_on, person.in_tickets_worked_on)
        erase_answers(worked_on)
        forget_assignee(person, erased.pk)
        forget_alerted(person, erased.pk)
        forget_matcher(person, worked_on)
        forget_releaser(person, worked_on)
        went["settings"] = _erase_from_settings(erased, person, nicknames)
        went["events"] = acted.update(actor_name=ERASED_NAME)
        went["mentions"] = erase_mentions(person)
        went |= erase_agent_details(erased, person.names)
        went["elsewhere"] = scrub_everywhere(person)
        went["outbox"] = erase_from_outbox([person.email])
        record_erasure(erased, by, went, at)
    return went


def _erase_from_tickets(agent: Agent, person: KnownNames) -> dict[str, int]:
    """Erase an agent's names from their own words, and delete what is only for them."""
    theirs = [
        Message.objects.filter(agent=agent),
        Note.objects.filter(agent=agent),
        TroubleshootingRecord.objects.filter(agent=agent),
        TicketSummary.objects.filter(agent=agent),
        SideMessage.objects.filter(agent=agent),
        OutgoingEmail.objects.filter(Q(message__agent=agent) | Q(side_message__agent=agent)),
    ]
    named = Notification.objects.filter(
        desk_id=agent.desk_id, ticket__isnull=True, data__agent__in=person.names
    )
    return {
        "signatures": sum(scrub(rows, person.in_own_tickets, any_case=False) for rows in theirs),
        "drafts": delete_drafts(Draft.objects.filter(desk_id=agent.desk_id, user=agent.user)),
        "pending_replies": delete_replies_of(agent),
        "applications": end_tokens_of_user(agent.user, by=None, desk=agent.desk),
        "macros": Macro.objects.filter(owner=agent).delete()[0],
        "bulk_changes": BulkJob.objects.filter(agent=agent).delete()[0],
        "notifications": Notification.objects.filter(agent=agent).delete()[0] + named.delete()[0],
        **{kind: _delete(agent, models) for kind, models in SCHEDULES.items()},
    }


def _delete(agent: Agent, models: Iterable[type[Model]]) -> int:
    return sum(model._default_manager.filter(agent=agent).delete()[0] for model in models)


def _erase_from_settings(agent: Agent, person: KnownNames, nicknames: list[str]) -> int:
    """Erase an agent's names from the schedules and settings that the desk keeps the history of.

    nicknames: the agent's names in chats.
    """
    names = [*person.names, agent.user.email]
    staffed = AuditEntry.objects.filter(desk_id=agent.desk_id, about_model__in=STAFFED)
    return scrub(staffed, build_pattern([*person.names, *nicknames]), any_case=False) + sum(
        model._default_manager.filter(desk_id=agent.desk_id, **{f"{column}__in": names}).update(
            **{column: MARK}
        )
        for model, column in SIGNED
    )
