"""Accounts and contacts as their pages show them: terms, people, tickets and recent activity."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.customers.managers import find_managers
from accounts.customers.merging import can_merge
from accounts.invitations.colleagues import count_points_of_contact
from accounts.match_reasons import describe_match_reason
from accounts.models import Account, AccountProduct, Agent, Contact, Desk, Plan, Role
from helpdesk.agent.components.customers import (
    AccountTerms,
    ContactCard,
    ContactPage,
    ManagerCard,
    RecentEvent,
    StateCount,
    TargetLine,
)
from helpdesk.agent.components.ticket import Reason
from helpdesk.agent.customer_cards import describe_account, describe_contact
from helpdesk.agent.handles.cards import describe_handles
from helpdesk.agent.handles.sql import select_handles
from helpdesk.agent.lists.queue_queries import MAX_COUNTED
from helpdesk.agent.lists.rows import LOWEST_RANK
from helpdesk.agent.ticket_page.history_queries import hide_other_tickets
from helpdesk.shared.cursors import LAST_CHANGE
from helpdesk.shared.numbers import format_capped_count
from helpdesk.shared.wording.times import format_ago, format_title, to_iso
from sla.models import ClockKind, Target
from tickets.access import queue_for_agent
from tickets.events import EventKind
from tickets.models import Priority, QueueRow, State, Ticket, TicketEvent
from tickets.selectors import get_priority_names
from tickets.timeline import describe_event

MAX_PEOPLE = 200
MAX_MERGED = 20  # addresses on the page of a contact
MAX_EVENTS = 12
MAX_EVENTFUL_TICKETS = 20  # of an account, whose events are searched


def describe_person(contact: Contact, *, account: str = "") -> ContactCard:
    """Return a contact as a list entry."""
    return describe_contact(contact, role=contact.get_role_display(), account=account)


def describe_contact_page(contact: Contact, *, agent: Agent) -> ContactPage:
    """Return what a contact's page shows about them. Four queries."""
    rows = LAST_CHANGE.sort(queue_for_agent(agent).filter(contact_id=contact.pk))
    last = Ticket.objects.filter(pk__in=rows.values("pk")[:1]).first()
    reasons = last.match_reasons if last else []
    return ContactPage(
        card=describe_person(contact),
        is_erased=contact.is_erased,
        sign_in=_describe_sign_in(contact),
        reasons=tuple(
            Reason(describe_match_reason(reason), sure=not (last and last.is_unverified))
            for reason in reasons
        ),
        admin_url=get_admin_url(agent, "accounts_contact", contact.pk),
        handles=describe_handles(select_handles(contact.pk).fetch(), agent),
        merge_url=_get_merge_url(contact, agent),
        merged=tuple(_list_merged(contact)),
    )


def _get_merge_url(contact: Contact, agent: Agent) -> str:
    if contact.is_erased or not can_merge(agent):
        return ""
    return reverse("agent:contact_merge", args=[contact.pk])


def _list_merged(contact: Contact) -> list[str]:
    """Return the addresses that merges brought, up to a limit."""
    emails = contact.merged.exclude(email="").values_list("email", flat=True)
    return list(emails[:MAX_MERGED])


def _describe_sign_in(contact: Contact) -> str:
    if not contact.email:
        return _("Not possible without an email address")
    if not contact.may_log_in:
        return _("Not allowed; email only")
    if contact.user_id is None:
        return _("None yet; email only")
    own = EmailAddress.objects.filter(user_id=contact.user_id, email=contact.email, verified=True)
    return _("Active; email verified") if own.exists() else _("Active; email not verified")


def get_admin_url(agent: Agent, table: str, row_id: int) -> str:
    """Return the row's page in the admin site for desk admins, "" for other agents."""
    return reverse(f"admin:{table}_change", args=[row_id]) if agent.role == Role.ADMIN else ""


def describe_terms(account: Account, *, points: str = "") -> AccountTerms:
    """Return an account's terms. The account comes with its plan. Two queries."""
    plan = account.plan
    return AccountTerms(
        account=describe_account(account),
        is_retired=bool(plan and plan.is_retired),
        ways=", ".join(_list_ways(plan)),
        managers=tuple(
            ManagerCard(str(manager.title), manager.name, manager.email)
            for manager in find_managers(account)
        ),
        targets=list_targets(account),
        points=points,
    )


def _list_ways(plan: Plan | None) -> list[str]:
    """Return the channels of a plan (M72, M74); without a plan there is the portal."""
    if plan is None:
        return [_("Portal")]
    ways = (
        (_("Portal"), plan.allows_portal),
        (_("Email"), plan.allows_mail),
        (_("Hotline"), plan.allows_hotline),
        (_("Emergency requests"), plan.allows_emergencies),
    )
    return [name for name, is_allowed in ways if is_allowed]


def list_targets(account: Account) -> tuple[TargetLine, ...]:
    """Return each priority's SLA target: the account status' own before the general one (M36)."""
    targets = Target.objects.filter(
        clock=ClockKind.FIRST_RESPONSE,
        calendar__isnull=False,
        plan=account.plan_id,
        account_status__in=["", account.status],
    )
    by_priority: dict[Priority, Target] = {}
    for target in targets.select_related("priority", "calendar").order_by("account_status"):
        if target.priority:
            by_priority[target.priority] = target
    return tuple(
        TargetLine(
            priority=priority.localized_name,
            rank=min(priority.rank, LOWEST_RANK),
            text=_("%(duration)s (%(calendar)s)")
            % {"duration": target.describe(), "calendar": target.required_calendar.name},
        )
        for priority, target in sorted(by_priority.items(), key=lambda found: found[0].rank)
    )


def list_people(account: Account) -> list[ContactCard]:
    """Return an account's contacts by address. One query."""
    people = account.contacts.order_by("email")[:MAX_PEOPLE]
    return [describe_person(contact) for contact in people]


def describe_points_of_contact(account: Account) -> str:
    """Return how many points of contact an account has named. One query."""
    points = count_points_of_contact(account)
    if points.allowed is None:
        return _("%(named)s (no limit)") % {"named": points.named}
    return _("%(named)s of %(allowed)s") % {"named": points.named, "allowed": points.allowed}


def list_products(account: Account) -> list[str]:
    """Return the names of an account's products."""
    products = AccountProduct.objects.filter(account=account).order_by("product__name")
    return list(products.values_list("product__name", flat=True))


def list_states(tickets: QuerySet[QueueRow], account: Account) -> list[StateCount]:
    """Return an account's tickets by state, each count up to its limit. Two queries."""
    counts: Counter[str] = Counter()
    for part in (tickets.filter(is_open=True), tickets.filter(is_open=False)):
        counts.update(part.order_by().values_list("status", flat=True)[: MAX_COUNTED + 1])
    return [
        StateCount(
            status=state.value,
            word=_name_state(account.desk, state),
            amount=format_capped_count(counts[state.value], MAX_COUNTED) or "0",
            url=reverse("agent:queue", query={"view": state.value, "account": account.pk}),
        )
        for state in State
    ]


def _name_state(desk: Desk, state: State) -> str:
    """Return the desk's name of a state, with the usual one if two states have that name."""
    words = [desk.word_for(other.value) for other in State]
    word, usual = desk.word_for(state.value), str(state.label)
    if words.count(word) == 1 or word == usual:
        return word
    return _("%(word)s (%(usual)s)") % {"word": word, "usual": usual}


# What agents do beside the work on a ticket.
ASIDE = (EventKind.NOTE_REACTED, EventKind.WATCHING_STARTED, EventKind.WATCHING_STOPPED)


def list_recent_events(
    tickets: QuerySet[QueueRow], agent: Agent, *, now: datetime
) -> list[RecentEvent]:
    """Return the newest events on the tickets that changed last, for an agent. Two queries."""
    changed = LAST_CHANGE.sort(tickets).values("pk")[:MAX_EVENTFUL_TICKETS]
    events = TicketEvent.objects.filter(ticket__in=changed).exclude(kind__in=ASIDE)
    events = events.select_related("ticket")
    recent = list(events.order_by("-id")[:MAX_EVENTS])
    hide_other_tickets(recent, agent)
    names = get_priority_names(agent.desk, recent)
    return [_build_recent_event(event, agent, now, names) for event in recent]


def _build_recent_event(
    event: TicketEvent, agent: Agent, now: datetime, names: dict[str, str]
) -> RecentEvent:
    return RecentEvent(
        sentence=describe_event(event, agent.desk, priority_names=names),
        url=reverse("agent:ticket", args=[event.ticket.number]),
        number=f"{agent.desk.ticket_prefix}-{event.ticket.number}",
        at_iso=to_iso(event.at),
        at_text=format_ago(event.at, now=now),
        at_title=format_title(event.at),
    )
