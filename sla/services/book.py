"""The desk's targets, cached by version, and the targets of a ticket."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from accounts.models import Plan
from accounts.versions import DeskCache
from sla.calendar import WorkingHours
from sla.hours import get_working_hours as get_hours_of_version
from sla.ladders.terms import load_ladders
from sla.models import (
    Calendar,
    ClockKind,
    ConditionKind,
    LevelTarget,
    Policy,
    Replan,
    ReplanCause,
    ReplanScope,
    Target,
)
from sla.targets import Book, Found, Key, PolicyTerms, TicketFacts, find_targets
from tickets.models import Channel, Priority, Ticket
from tickets.services.tags import get_tag_ids

# Changes that open tickets didn't follow, or not all of them yet. Each renews the desk's version.
NOT_FOLLOWED = ~Q(cause=ReplanCause.LADDER) & (
    Q(scope=ReplanScope.NEW) | Q(done_at__isnull=True) | Q(failed__gt=0)
)


def get_book(ticket: Ticket) -> Book:
    """Return the targets of the version that the ticket's desk was read with."""
    return _books.get(ticket.desk_id, ticket.desk.config_version)


def find_ticket_targets(ticket: Ticket) -> dict[ClockKind, Found]:
    """Return the targets that apply to a ticket, by kind.

    Nothing is promised for what the plan doesn't cover, to an unverified sender, or to colleagues.
    """
    if ticket.is_unverified or ticket.uncovered or ticket.channel == Channel.INTERNAL:
        return {}
    book = get_book(ticket)
    return find_targets(collect_ticket_facts(ticket, book), book)


def collect_ticket_facts(ticket: Ticket, book: Book) -> TicketFacts:
    """Return what conditions compare. Tags are read only if a policy asks for them."""
    account = ticket.account
    return TicketFacts(
        plan_id=account.plan_id if account else None,
        product_id=ticket.product_id,
        account_status=account.status if account else "",
        priority_id=ticket.priority_id,
        department_id=ticket.department_id,
        channel=ticket.channel,
        tag_ids=get_tag_ids(ticket) if book.asks_for(ConditionKind.TAG) else frozenset(),
    )


def load_book(desk_id: int) -> Book:
    """Read all targets of a desk, as stored now."""
    cells: dict[Key, dict[str, Target]] = defaultdict(dict)
    of_policies: dict[int, dict[str, Target]] = defaultdict(dict)
    targets = Target.objects.filter(desk_id=desk_id).order_by()
    for target in targets.select_related("calendar", "plan", "priority"):
        if target.policy_id is not None:
            of_policies[target.policy_id][target.clock] = target
        else:
            key = (target.plan_id, target.priority_id, target.account_status)
            cells[key][target.clock] = target
    return Book(
        policies=_load_policies(desk_id, of_policies),
        cells=dict(cells),
        levels=_load_levels(desk_id),
        plan_names=dict(Plan.objects.filter(desk_id=desk_id).values_list("pk", "name")),
        priority_names=dict(Priority.objects.filter(desk_id=desk_id).values_list("pk", "name")),
        ladders=load_ladders(desk_id),
        has_leftovers=Replan.objects.filter(NOT_FOLLOWED, desk_id=desk_id).exists(),
    )


_books = DeskCache(load_book)


def _load_policies(desk_id: int, targets: dict[int, dict[str, Target]]) -> tuple[PolicyTerms, ...]:
    active = Policy.objects.filter(desk_id=desk_id, is_active=True).prefetch_related("conditions")
    return tuple(
        PolicyTerms(
            policy.pk,
            policy.name,
            policy.version,
            _collect_conditions(policy),
            targets.get(policy.pk, {}),
        )
        for policy in active
    )


def _collect_conditions(policy: Policy) -> dict[str, frozenset[int | str]]:
    values: dict[str, set[int | str]] = defaultdict(set)
    for condition in policy.conditions.all():
        values[condition.kind].add(condition.key)
    return {kind: frozenset(accepted) for kind, accepted in values.items()}


def _load_levels(desk_id: int) -> dict[str, dict[str, Target]]:
    """Return the internal targets by level and kind, in the form of other targets."""
    levels: dict[str, dict[str, Target]] = defaultdict(dict)
    for one in LevelTarget.objects.filter(desk_id=desk_id).select_related("calendar"):
        levels[one.level][one.clock] = Target(
            desk_id=desk_id, clock=one.clock, amount=one.minutes, calendar=one.calendar
        )
    return dict(levels)


def get_working_hours(calendar: Calendar) -> WorkingHours:
    """Return the hours of a calendar in the version that it was read with, cached."""
    return get_hours_of_version(calendar.pk, calendar.version)
