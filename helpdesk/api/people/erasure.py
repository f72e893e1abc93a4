"""Erasure of a person's data, contact or agent (GDPR, article 17), as on the admin's page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Contact
from helpdesk.api.base import IsAdmin
from helpdesk.api.configuration.setting_rows import SettingRowView
from helpdesk.api.people.agents import AgentProfile, AgentsView
from helpdesk.api.people.contacts import ContactRecord, ContactsView
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.confirming import (
    find_agent_problem,
    find_contact_problem,
    find_mismatch,
    get_known_by,
)
from helpdesk.privacy.erasure import erase_person
from tickets.errors import ConflictError

POST_ONLY = ["post", "options"]


class ErasureInput(StrictSerializer):
    """The confirmation of an erasure."""

    confirm = serializers.CharField(
        max_length=254,
        help_text=_("The person's email address. For a contact without one, the name."),
    )


def confirm_erasure(request: Request, person: Contact | Agent, problem: str) -> None:
    """Raise ValidationError unless a request confirms an erasure, and ConflictError for a problem.

    problem: why the person can't be erased, or "".
    """
    given = read_input(ErasureInput, request.data)
    if problem:
        raise ConflictError(problem)
    if text := find_mismatch(given["confirm"], get_known_by(person)):
        raise serializers.ValidationError({"confirm": [text]})


class ContactErasureView(ContactsView, SettingRowView):
    permission_classes = [IsAdmin]
    parameter = "contact_id"
    http_method_names = POST_ONLY

    @extend_schema(
        operation_id="erase_contact",
        summary=_("Erase a contact"),
        description=_(
            "Erases all of a contact's data, including files and emails. Their tickets stay under "
            "“Erased person”. This can't be undone. Returns 409 if the person was already erased "
            "or the address belongs to an agent. For desk admins."
        ),
        request=ErasureInput,
        responses=ContactRecord,
    )
    def post(self, request: Request, **_ids: Any) -> Response:
        """Erase a contact."""
        contact: Contact = self.get_row()
        confirm_erasure(request, contact, find_contact_problem(contact))
        erase_person(desk=self.agent.desk, contact=contact, by=self.agent, at=timezone.now())
        return self.show(contact.pk)


class AgentErasureView(AgentsView, SettingRowView):
    permission_classes = [IsAdmin]
    parameter = "agent_id"
    http_method_names = POST_ONLY

    @extend_schema(
        operation_id="erase_agent",
        summary=_("Erase an agent"),
        description=_(
            "Erases the personal data of a deactivated agent. Their replies and notes stay under "
            "“Erased person”. This can't be undone. Returns 409 if the agent is still active. "
            "For desk admins."
        ),
        request=ErasureInput,
        responses=AgentProfile,
    )
    def post(self, request: Request, **_ids: Any) -> Response:
        """Erase an agent."""
        agent: Agent = self.get_row()
        confirm_erasure(request, agent, find_agent_problem(agent))
        erase_agent(desk=self.agent.desk, agent=agent, by=self.agent, at=timezone.now())
        return self.show(agent.pk)
