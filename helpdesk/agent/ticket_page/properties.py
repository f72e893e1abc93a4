"""The properties in a ticket's panel: who has it, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.brief.cards import describe_impact
from helpdesk.agent.components.ticket import Property
from helpdesk.agent.lists.rows import LOWEST_RANK
from helpdesk.agent.sql import Choice, DepartmentCount
from helpdesk.agent.ticket_page.panel_queries import TicketPanel
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.components import Option
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime
from tickets.models import Ticket


def list_properties(
    ticket: Ticket, panel: TicketPanel, *, agent: Agent, departments: list[DepartmentCount]
) -> tuple[Property, ...]:
    """Return assignee, priority, business impact, product, product line, department and level.

    With options if the agent may write. The product only at a desk that has products, and the line
    only for a product that has lines.
    """

    def get_action(name: str) -> str:
        return get_url(f"agent:{name}", ticket.number) if agent.can_write else ""

    return (
        _describe_assignee(ticket, panel, get_action("assignee")),
        Property(
            label=_("Priority"),
            kind="priority",
            value=ticket.priority.localized_name,
            rank=min(ticket.priority.rank, LOWEST_RANK),
            action=get_action("priority"),
            name="priority",
            options=_list_options(panel.priorities, ticket.priority_id),
            expected=str(ticket.priority_id),
        ),
        describe_impact(ticket, get_action("impact")),
        *_describe_product(ticket, panel, get_action("product")),
        *_describe_line(ticket, panel, get_action("product_line")),
        _describe_department(ticket, departments, get_action("department")),
        Property(label=_("Level"), value=ticket.desk.word_for_level(ticket.level), name="level"),
    )


def _describe_assignee(ticket: Ticket, panel: TicketPanel, action: str) -> Property:
    assignee = ticket.assignee.name if ticket.assignee else ""
    shown = _describe_holder(ticket) or assignee or _("Unassigned")
    unassigned = Option("", _("Unassigned"), selected=not assignee)
    return Property(
        label=_("Assignee"),
        kind="person",
        value=shown,
        initials=get_initials(assignee) if assignee else "",
        tone=get_tone(assignee) if assignee else "",
        action=action,
        name="assignee",
        options=(unassigned, *_list_options(panel.agents, ticket.assignee_id)),
        expected=str(ticket.assignee_id or ""),
    )


def _describe_holder(ticket: Ticket) -> str:
    """Return who works on a lent ticket, for whom and until when; "" if it isn't lent."""
    if ticket.owner is None or ticket.assignee is None:
        return ""
    named = {"holder": ticket.assignee.name, "owner": ticket.owner.name}
    until = getattr(ticket, "lent_until", None)
    if until is None:
        return _("%(holder)s, for %(owner)s") % named
    return _("%(holder)s, for %(owner)s until %(time)s") % {
        **named,
        "time": format_datetime(until),
    }


def _describe_product(ticket: Ticket, panel: TicketPanel, action: str) -> tuple[Property, ...]:
    names = {product.id: product.name for product in panel.products}
    if not names:
        return ()
    none = Option("", _("Not set"), selected=ticket.product_id is None)
    return (
        Property(
            label=_("Product"),
            value=names.get(ticket.product_id or 0, none.label),
            action=action,
            name="product",
            options=(none, *_list_options(panel.products, ticket.product_id)),
            expected=str(ticket.product_id or ""),
        ),
    )


def _describe_line(ticket: Ticket, panel: TicketPanel, action: str) -> tuple[Property, ...]:
    """Return the product line: the ticket's own, else the account's. Lines of its product only."""
    product = str(ticket.product_id or "")
    present = ticket.product_line_id
    lines = [line for line in panel.lines if product in ("", line.key) or line.id == present]
    if not lines:
        return ()
    names = {line.id: line.name for line in panel.lines}
    account_line = ticket.account.product_line_id if ticket.account else None
    own = names.get(account_line or 0)
    same = _("%(line)s (account)") % {"line": own} if own else _("Not set")
    none = Option("", same, selected=present is None)
    choices = [Choice(line.id, line.name) for line in lines]
    return (
        Property(
            label=_("Product line"),
            value=names.get(present or 0, none.label),
            action=action,
            name="product_line",
            options=(none, *_list_options(choices, present)),
            expected=str(present or ""),
        ),
    )


def _describe_department(
    ticket: Ticket, departments: list[DepartmentCount], action: str
) -> Property:
    choices = [Choice(department.id, department.name) for department in departments]
    return Property(
        label=_("Department"),
        value=ticket.department.name if ticket.department else _("No department"),
        action=action,
        name="department",
        options=_list_options(choices, ticket.department_id),
        expected=str(ticket.department_id or ""),
    )


def _list_options(choices: Iterable[Choice], selected: int | None) -> tuple[Option, ...]:
    return tuple(
        Option(str(choice.id), choice.name, selected=choice.id == selected) for choice in choices
    )
