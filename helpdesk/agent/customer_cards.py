"""Cards of contacts and accounts, as lists, tickets and their own pages show them."""

from __future__ import annotations

from accounts.models import Account, AccountStatus, Contact
from helpdesk.agent.components.customers import AccountCard, ContactCard
from helpdesk.shared.avatars import get_initials, get_tone
from helpdesk.shared.urls import get_url

ACCOUNT_TONES = {
    AccountStatus.CUSTOMER: "green",
    AccountStatus.TRIAL: "blue",
    AccountStatus.POTENTIAL: "blue",
    AccountStatus.POTENTIAL_VIP: "amber",
    AccountStatus.COMMUNITY: "",
}


def describe_contact(contact: Contact, *, role: str = "", account: str = "") -> ContactCard:
    """Return a contact with the URL of their page."""
    return ContactCard(
        name=str(contact),
        initials=get_initials(str(contact)),
        tone=get_tone(str(contact)),
        email=contact.email,
        url=get_url("agent:customer", contact.pk),
        role=role,
        account=account,
    )


def describe_account(account: Account) -> AccountCard:
    """Return an account with the URL of its page. The account comes with its plan."""
    return AccountCard(
        name=account.name,
        url=get_url("agent:account", account.pk),
        status_word=account.get_status_display(),
        status_tone=ACCOUNT_TONES[AccountStatus(account.status)],
        plan=account.plan.name if account.plan else "",
    )
