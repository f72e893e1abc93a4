"""What the pages of contacts and accounts read and show: who they are, what they may, what they asked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.urls import reverse

from accounts.account_managers import find_managers
from accounts.invitations.colleagues import count_points_of_contact
from accounts.match_reasons import describe_match_reason
from accounts.models import Account, AccountProduct, Agent, Contact, Plan, Role
from helpdesk.agent.panel import outline_account, outline_contact
from helpdesk.agent.queue_queries import MAX_COUNTED
from helpdesk.agent.shell import describe_count
from helpdesk.agent.ticket_queries import hide_origins
from sla.durations import format_duration
from sla.models import Target
from tickets.access import tickets_for_agent
from tickets.models import OPEN_STATES, State, Ticket, TicketEvent

MAX_PEOPLE = 200
MAX_EVENTS = 12
EVENTFUL = 20  # tickets of an account whose events are looked through


def describe_person(contact: Contact) -> dict[str, str]:
    """A contact as one line of a list of people."""
    return {**outline_contact(contact), "role": contact.get_role_display()}


def describe_contact(contact: Contact, *, agent: Agent) -> dict[str, Any]:
    """The context ``contact`` of agent/customers/contact.html. Two queries: the login's address, the last ticket."""
    last = tickets_for_agent(agent).filter(contact=contact).order_by("-updated_at", "-id").first()
    return {
        **describe_person(contact),
        "is_erased": contact.is_erased,
        "login": _tell_login(contact),
        "reasons": [
            {"text": describe_match_reason(reason), "sure": not last.is_unverified}
            for reason in last.match_reasons
        ]
        if last
        else [],
        "admin_url": admin_url(agent, "accounts_contact", contact.pk),
    }


def _tell_login(contact: Contact) -> str:
    if not contact.may_log_in:
        return "May not log in: known by mail only"
    if contact.user_id is None:
        return "No log-in: known by mail only"
    mine = EmailAddress.objects.filter(user_id=contact.user_id, email=contact.email, verified=True)
    return (
        "Logs in; the address is verified"
        if mine.exists()
        else "Has a log-in; the address is not verified"
    )


def admin_url(agent: Agent, table: str, row_id: int) -> str:
    """The row's page in the admin site, for the desk's admins; "" for others."""
    return reverse(f"admin:{table}_change", args=[row_id]) if agent.role == Role.ADMIN else ""


def describe_account(account: Account) -> dict[str, Any]:
    """An account's facts as agent/customers/_terms.html shows them. The account comes with its plan. One query."""
    plan = account.plan
    return {
        **outline_account(account),
        "is_retired": bool(plan and plan.is_retired),
        "ways": _list_ways(plan),
        "managers": find_managers(account),
    }


def _list_ways(plan: Plan | None) -> list[str]:
    """The ways in that a plan opens (M72, M74); whoever has none has the portal."""
    if plan is None:
        return ["Portal"]
    ways = (
        ("Portal", plan.allows_portal),
        ("E-mail", plan.allows_mail),
        ("Hotline", plan.allows_hotline),
    )
    return [name for name, is_open in ways if is_open]


def list_promises(account: Account) -> list[dict[str, Any]]:
    """What the account's plan promises for each priority: its own status' target before the general one (M36)."""
    targets = Target.objects.filter(plan=account.plan_id, account_status__in=["", account.status])
    by_priority: dict[int, Target] = {}
    for target in targets.select_related("priority", "calendar").order_by("account_status"):
        by_priority[target.priority_id] = target
    return [
        {
            "priority": target.priority.name,
            "rank": min(target.priority.rank, 4),
            "amount": format_duration(target.minutes),
            "hours": target.calendar.name,
        }
        for target in sorted(by_priority.values(), key=lambda target: target.priority.rank)
    ]


def describe_account_people(account: Account) -> dict[str, Any]:
    """The account's people and how many of them are points of contact. Two queries."""
    people, places = account.contacts.order_by("email"), count_points_of_contact(account)
    return {
        "people": [describe_person(contact) for contact in people[:MAX_PEOPLE]],
        "points": f"{places.named} of {places.allowed}"
        if places.allowed is not None
        else f"{places.named}, any number",
    }


def list_products(account: Account) -> list[str]:
    products = AccountProduct.objects.filter(account=account).order_by("product__name")
    return list(products.values_list("product__name", flat=True))


def list_states(tickets: QuerySet[Ticket], account: Account) -> list[dict[str, str]]:
    """The account's tickets by state, each count up to its limit, with the queue that shows them. Two queries."""
    counts: Counter[str] = Counter()
    for part in (tickets.filter(status__in=OPEN_STATES), tickets.filter(status=State.CLOSED)):
        counts.update(part.order_by().values_list("status", flat=True)[: MAX_COUNTED + 1])
    return [
        {
            "status": state.value,
            "word": account.desk.word_for(state.value),
            "amount": describe_count(counts[state.value]) or "0",
            "url": reverse("agent:queue", query={"view": state.value, "account": account.pk}),
        }
        for state in State
    ]


def read_last_events(tickets: QuerySet[Ticket], agent: Agent) -> list[TicketEvent]:
    """The last events on the tickets that changed last, newest first, for an agent. One query."""
    changed = tickets.order_by("-updated_at", "-id").values("pk")[:EVENTFUL]
    events = TicketEvent.objects.filter(ticket__in=changed).select_related("ticket")
    last = list(events.defer("ticket__subject_search").order_by("-id")[:MAX_EVENTS])
    hide_origins(last, agent)
    return last
