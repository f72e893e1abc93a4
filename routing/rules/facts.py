"""Facts about a ticket for routing rules: the same when it is opened and in a dry run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from routing.rules.evaluation import RequestFacts
from tickets.changes import Change
from tickets.models import Message, Tag, Ticket

Texts = tuple[str, str]  # subject and description


def make_facts(
    ticket: Ticket, *, words: frozenset[int] = frozenset(), tags: Iterable[str] = ()
) -> RequestFacts:
    """Return the facts of a ticket. words: the conditions whose words its texts contain.

    tags: names of its tags, if any rule looks at them.
    """
    account = None if ticket.is_unverified else ticket.account
    return RequestFacts(
        channel=str(ticket.channel),
        account_status=account.status if account else "",
        plan=(account.plan_id or 0) if account else 0,
        product=ticket.product_id or 0,
        mailboxes=tuple(ticket.mailboxes),
        language=ticket.language,
        country=account.country if account else "",
        fields={key: str(answer) for key, answer in ticket.fields.items()},
        is_unverified=ticket.is_unverified,
        words=words,
        level=str(ticket.level),
        priority=ticket.priority_id,
        priority_rank=ticket.priority.rank,
        tags=tuple(sorted(tags)),
    )


def describe_facts(ticket: Ticket, facts: RequestFacts) -> dict[str, Any]:
    """Return the facts as a trace keeps them: codes and names, without texts and answers.

    Answers can be personal; the ticket itself has them.
    """
    account = None if facts.is_unverified else ticket.account
    return {
        "account_status": facts.account_status,
        "plan": account.plan.name if account and account.plan else "",
        "product": ticket.product.name if ticket.product else "",
        "channel": facts.channel,
        "mailboxes": list(facts.mailboxes),
        "language": facts.language,
        "country": facts.country,
        "is_unverified": facts.is_unverified,
        "tags": list(facts.tags),
        "priority": ticket.priority.name,
    }


def read_tag_names(tag_ids: Collection[int]) -> Mapping[int, str]:
    """Return the names of tags by ID; without any, no statement is needed."""
    if not tag_ids:
        return {}
    return dict(Tag.objects.filter(pk__in=tag_ids).values_list("pk", "name"))


def get_texts(change: Change) -> Texts:
    """Return subject and description of the ticket of a change.

    The description of a ticket that is being opened isn't in the database yet.
    """
    message = change.message
    if change.ticket._state.adding and message is not None:
        return change.ticket.subject, message.body_text
    return read_texts([change.ticket])[change.ticket.pk]


def read_texts(tickets: Iterable[Ticket]) -> Mapping[int, Texts]:
    """Return subject and first message of tickets by ID, in one statement."""
    subjects = {ticket.pk: ticket.subject for ticket in tickets}
    messages = Message.objects.filter(ticket_id__in=subjects)
    first = messages.order_by("ticket_id", "created_at", "pk").distinct("ticket_id")
    descriptions = dict(first.values_list("ticket_id", "body_text"))
    return {pk: (subject, descriptions.get(pk, "")) for pk, subject in subjects.items()}
