"""Merging of a contact into another one of the desk, as on the contact's page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customers.merging import can_merge
from accounts.models import Contact
from channels_intake.connections.joining import MAX_REASON
from channels_intake.connections.merging import merge_contacts
from helpdesk.api.base import IsAgent
from helpdesk.api.configuration.setting_rows import SettingRowView
from helpdesk.api.people.contacts import ContactRecord, ContactsView
from helpdesk.api.references import ContactField
from helpdesk.api.serializers import StrictSerializer
from tickets.errors import NotAllowedError


class ContactMergeInput(StrictSerializer):
    """The contact who stays."""

    into = ContactField(
        queryset=Contact.objects.all(),
        help_text=_("The contact to keep, by id or email address."),
    )
    reason = serializers.CharField(
        max_length=MAX_REASON, help_text=_("How you know that it's the same person.")
    )


class ContactMergeView(ContactsView, SettingRowView):
    permission_classes = [IsAgent]
    parameter = "contact_id"
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="merge_contact",
        summary=_("Merge a contact into another"),
        description=_(
            "Moves a contact's tickets, messages and identities to another contact of the same "
            "person, then deletes the first one. The other contact keeps its own name, account, "
            "role and sign-in. Email from the deleted contact's address counts as email from the "
            "other contact, but nobody can sign in with that address. This can't be undone. "
            "Returns the contact that is kept. For leads and desk admins."
        ),
        request=ContactMergeInput,
        responses=ContactRecord,
    )
    def post(self, request: Request, **_ids: Any) -> Response:
        """Merge a contact into another."""
        contact: Contact = self.get_row()
        if not can_merge(self.agent):
            raise NotAllowedError(gettext("Only leads and admins of this desk can merge contacts."))
        given = ContactMergeInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        into = merge_contacts(
            contact=contact,
            into=values["into"],
            agent=self.agent,
            reason=values["reason"],
            at=timezone.now(),
        )
        return self.show(into.pk)
