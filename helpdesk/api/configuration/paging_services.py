"""Paging services: where the alerts of escalation ladders go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from channels_intake.admin.paging import PagingServiceForm
from channels_intake.models import PagingKind, PagingService
from channels_intake.outgoing.composing import get_desk_url
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret
from helpdesk.api.linked_rows import DEPARTMENTS, make_link

MAX_KEY = 200  # as in its form
SERVICE_FIELDS = ("name", "kind", "url", "is_active")
ServiceForm = forms.modelform_factory(
    PagingService, form=PagingServiceForm, fields=(*SERVICE_FIELDS, "department")
)


class PagingServiceSerializer(RowSerializer):
    """A service that pages agents. Its secrets are never shown."""

    department = make_link(
        DEPARTMENTS, _("The department whose tickets it gets, or null for all tickets.")
    )
    secret = make_secret(MAX_KEY)
    webhook_secret = make_secret(MAX_KEY)
    has_secret = make_has_secret("sealed_secret")
    has_webhook_secret = make_has_secret("sealed_webhook_secret")
    webhook_url = serializers.SerializerMethodField(
        help_text=_("The URL to enter in PagerDuty for acknowledgements. Null for other services.")
    )

    class Meta:
        model = PagingService
        fields = (
            *("id", *SERVICE_FIELDS, "department", "secret", "webhook_secret", "has_secret"),
            *("has_webhook_secret", "webhook_url"),
        )
        extra_kwargs = describe_fields(PagingService, SERVICE_FIELDS)

    def get_webhook_url(self, service: PagingService) -> str | None:
        if service.kind != PagingKind.PAGERDUTY:
            return None
        return f"{get_desk_url(service.desk)}/paging/{service.hook_token}/"


class PagingServicesView(FormRowsView):
    model = PagingService
    serializer_class = PagingServiceSerializer
    related = ("desk", "department")

    def get_form_class(self, row: PagingService) -> type[forms.ModelForm[Any]]:
        return ServiceForm

    def save_form(self, row: PagingService, form: Any, *, is_new: bool) -> None:
        given = form.cleaned_data
        row.enter_secret(given["secret"], webhook_secret=given["webhook_secret"])
        super().save_form(row, form, is_new=is_new)


PAGING_SERVICES = build_paths(
    PagingServicesView,
    place="paging-services",
    one="paging_service",
    many="paging_services",
    parameter="service_id",
    texts=Texts(
        list=_("List paging services"),
        add=_("Add a paging service"),
        show=_("Show a paging service"),
        change=_("Change a paging service"),
        delete=_("Delete a paging service"),
        about=_("The services that get the alerts of escalation ladders. For desk admins."),
        changing=_(
            "Changes the given fields and keeps the others. If you change the URL, send the secret "
            "again. For desk admins."
        ),
    ),
)
