"""Blocking of senders: their email goes to quarantine, where admins still find it.

Never the desk's own people or mailboxes, a whole free email service, or a customer's domain.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.matching import is_free_mail, is_public_suffix, normalize_email, read_domain
from accounts.models import AccountDomain, Agent, Desk, Role
from channels_intake.incoming.senders import read_sender
from channels_intake.models import BlockedSender
from tickets.actors import Actor
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.services.common import require_writer


def block_sender(*, desk: Desk, value: str, agent: Agent, at: datetime, why: str = "") -> bool:
    """Block an address, or a domain. Return False if it is blocked already.

    Raises NotAllowedError for a domain unless by an admin, and InvalidValueError for a sender that
    can't be blocked.
    """
    require_writer(Actor.of(agent))
    sender = clean_sender(desk, value)
    if "@" not in sender and agent.role != Role.ADMIN:
        raise NotAllowedError(_("Only admins can block a whole domain."))
    _row, is_new = BlockedSender.objects.get_or_create(
        desk=desk,
        value=sender,
        defaults={"why": " ".join(why.split())[:200], "blocked_by": agent, "blocked_at": at},
    )
    return is_new


def clean_sender(desk: Desk, value: str) -> str:
    """Return an address or a domain as it is compared. Raises InvalidValueError."""
    text = value.strip()
    sender = normalize_email(text) if "@" in text else read_domain(text)
    if not sender:
        raise InvalidValueError("value", _("Enter an email address or a domain."))
    problem = _find_address_problem(desk, sender) if "@" in sender else ""
    problem = problem or ("" if "@" in sender else _find_domain_problem(desk, sender))
    if problem:
        raise InvalidValueError("value", problem)
    return sender


def _find_address_problem(desk: Desk, address: str) -> str:
    sender = read_sender(desk, address)
    if sender.is_mailbox or sender.is_agent:
        return _("This address belongs to your own desk.")
    return ""


def _find_domain_problem(desk: Desk, domain: str) -> str:
    if is_public_suffix(domain) or is_free_mail(domain, desk.free_domains):
        return _("Anyone can have an address at this domain. Block individual addresses instead.")
    labels = domain.split(".")
    above = [".".join(labels[place:]) for place in range(len(labels) - 1)]
    theirs = AccountDomain.objects.filter(desk=desk, domain__in=above)
    below = AccountDomain.objects.filter(desk=desk, domain__endswith=f".{domain}")
    owned = (theirs | below).select_related("account").first()
    if owned is not None:
        return _("This domain belongs to %(account)s. Block individual addresses instead.") % {
            "account": owned.account
        }
    return ""
