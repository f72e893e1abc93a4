"""What stands in the way of an erasure, and the confirmation that it needs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.matching import normalize_email
from accounts.models import Agent, Contact
from accounts.models.customers import ERASED_AT


def find_contact_problem(contact: Contact) -> str:
    """Return why a contact can't be erased now, or ""."""
    if contact.is_erased:
        text = _(
            "This person was already erased. To check again, run: manage.py erase_person %(id)s"
        )
        return text % {"id": contact.pk}
    if Agent.objects.filter(desk=contact.desk_id, user__email=contact.email).exists():
        return _("This address also belongs to an agent. Erase the agent first.")
    return ""


def find_agent_problem(agent: Agent) -> str:
    """Return why an agent can't be erased now, or ""."""
    if agent.user.email.endswith(ERASED_AT):
        return _("This person was already erased.")
    if agent.is_active:
        return _(
            "This agent is still active. Deactivate the agent first and hand over the tickets."
        )
    return ""


def get_known_by(person: Contact | Agent) -> str:
    """Return what confirms the erasure: the address, or the name of a contact without one."""
    return person.user.email if isinstance(person, Agent) else person.email or str(person)


def find_mismatch(typed: str, known_by: str) -> str:
    """Return why a text doesn't confirm the erasure of the person known by this, or ""."""
    if normalize_email(known_by):
        if normalize_email(typed) == known_by:
            return ""
        text = _("This doesn't match the person's address, %(address)s.")
        return text % {"address": known_by}
    if typed.strip() == known_by.strip():
        return ""
    return _("This doesn't match the person's name, %(name)s.") % {"name": known_by}
