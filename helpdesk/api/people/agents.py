"""Agents of the desk with their roles, and invitations of new people."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customers.saving import replace_links
from accounts.invitations.sending import (
    InvitationError,
    find_role_errors,
    invite,
    withdraw_invitation,
)
from accounts.matching import normalize_email
from accounts.models import (
    Agent,
    AgentDepartment,
    Desk,
    Invitation,
    InvitedAs,
    Level,
    Resource,
    Role,
)
from accounts.places.countries import list_countries
from accounts.staff import check_last_admin, check_own_rights, get_subdivision_error, save_agent
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.api.base import DeskView, IsAdmin
from helpdesk.api.configuration.declared import CHANGES, RowSerializer, describe_fields
from helpdesk.api.configuration.setting_rows import ChangeableRowView, SettingView
from helpdesk.api.linked_rows import ACCOUNTS, DEPARTMENTS, REGIONS, LinksField, make_link
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer
from helpdesk.invitations.emails import send_invitation
from routing.staff.leaving import hand_on_work
from tickets.errors import ConflictError, InvalidValueError
from tickets.services.settings_rows import Changes

RIGHTS = ("role", "level", "is_active", "needs_approval")
PLACE = ("country", "subdivision", "capacity", "signature")
FIELDS = ("name", *RIGHTS, *PLACE)


class AgentProfile(RowSerializer):
    """An agent of the desk. Shifts, skills and absences have lists of their own."""

    email = serializers.EmailField(
        source="user.email",
        read_only=True,
        help_text=_("The email address the agent signs in with."),
    )
    region = make_link(REGIONS, _("The region of the agent, or null."))
    departments = LinksField(
        queryset=DEPARTMENTS, required=False, help_text=_("The agent's departments.")
    )

    class Meta:
        model = Agent
        fields = ("id", "email", *FIELDS, "region", "departments")
        extra_kwargs = describe_fields(Agent, FIELDS, level=_("Where the agent works."))


class AgentsView(SettingView):
    model = Agent
    serializer_class = AgentProfile
    related = ("user", "region")
    prefetched = ("departments",)
    parts = ("departments",)
    resource = Resource.STAFF

    def get_rows(self) -> QuerySet[Agent]:
        return super().get_rows().filter(is_service=False)

    def check(self, row: Agent, stored: Agent) -> None:
        row.subdivision = row.subdivision.upper()
        if row.country and row.country not in dict(list_countries()):
            raise ValidationError({"country": gettext("This country code is unknown.")})
        if problem := get_subdivision_error(row.country, row.subdivision):
            raise ValidationError({"subdivision": problem})
        try:
            check_own_rights(row, editor=self.agent.user)
            check_last_admin(row, stored)
        except ValidationError as refused:
            field = "is_active" if row.role == Role.ADMIN else "role"
            raise ValidationError({field: refused.messages}) from None

    def save(self, row: Agent, fields: list[str] | None) -> None:
        save_agent(agent=row, by=self.agent.user, fields=fields)
        hand_on_work(row, at=timezone.now())

    def save_parts(self, row: Agent, parts: dict[str, Any]) -> Changes:
        if "departments" not in parts:
            return {}
        chosen = parts["departments"]
        before, after = replace_links(AgentDepartment, row, chosen, of="agent", to="department")
        return {"departments": [before, after]} if before != after else {}


class AgentListView(AgentsView):
    @extend_schema(
        operation_id="list_agents",
        summary=_("List agents with their roles"),
        description=_("Returns all agents of the desk, observers and inactive ones, too."),
        responses=AgentProfile(many=True),
    )
    def get(self, request: Request) -> Response:
        """List all agents by name."""
        rows = self.get_rows().order_by("name", "pk")
        return Response([self.describe(row) for row in rows])


@extend_schema_view(
    get=extend_schema(
        operation_id="show_agent_profile",
        summary=_("Show an agent with their role"),
        description=_("Returns an agent with their role, level and departments."),
    ),
    patch=extend_schema(
        operation_id="change_agent_profile", summary=_("Change an agent"), description=CHANGES
    ),
)
class AgentProfileView(AgentsView, ChangeableRowView):
    """One agent. Agents are deactivated, not deleted: their messages keep their author."""

    parameter = "agent_id"
    http_method_names = ["get", "patch", "head", "options"]


class InvitationSerializer(StrictSerializer):
    """An invitation to the desk, by email. It works once, for seven days."""

    id = serializers.IntegerField(read_only=True, help_text=_("The invitation's id."))
    email = serializers.CharField(max_length=254, help_text=_("The invited email address."))
    name = serializers.CharField(
        max_length=120, allow_blank=True, default="", help_text=_("The name of the person.")
    )
    kind = serializers.ChoiceField(
        InvitedAs.choices, help_text=_("“agent” for a colleague, “contact” for a customer.")
    )
    role = serializers.CharField(
        max_length=18, help_text=_("A role of agents or of contacts, such as “analyst”.")
    )
    level = serializers.ChoiceField(
        Level.choices,
        allow_blank=True,
        default=Level.L1,
        help_text=_("The level of an agent; empty for a contact."),
    )
    account = make_link(ACCOUNTS, _("The account of a contact, or null."), default=None)
    created_at = serializers.DateTimeField(read_only=True, help_text=_("When it was sent."))
    expires_at = serializers.DateTimeField(read_only=True, help_text=_("When its link expires."))
    used_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When it was accepted, or null.")
    )


class InvitationsView(SettingView):
    permission_classes = [IsAdmin]
    model = Invitation
    serializer_class = InvitationSerializer
    related = ("account", "desk", "invited_by")
    resource = Resource.STAFF


class InvitationListView(InvitationsView):
    pagination_class = NewestFirst
    runs_outside = True

    @extend_schema(
        operation_id="list_invitations",
        summary=_("List invitations"),
        description=_("Returns invitations, newest first. Their links are never shown."),
        responses=InvitationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List invitations, the newest first."""
        page = self.paginate_queryset(self.get_rows())
        return self.get_paginated_response([self.describe(row) for row in page or ()])

    @extend_schema(
        operation_id="send_invitation",
        summary=_("Invite a person"),
        description=_(
            "Sends an invitation by email. An earlier one to the same address stops working. "
            "Returns 409 if the mail server rejects it: invite them again. For desk admins."
        ),
        responses={201: InvitationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Invite a person."""
        given = self.read(request)
        given["level"] = given["level"] or Level.L1
        if problems := find_role_errors(
            kind=given["kind"],
            role=given["role"],
            account=given["account"],
            email=normalize_email(given["email"]),
        ):
            raise serializers.ValidationError({name: [text] for name, text in problems.items()})
        desk: Desk = self.agent.desk
        try:
            made, token = invite(desk=desk, by=self.agent.user, at=timezone.now(), **given)
        except InvitationError as refused:
            raise InvalidValueError("email", str(refused)) from None
        _send(made, token)
        return self.show(made.pk, status=201)


def _send(made: Invitation, token: str) -> None:
    try:
        send_invitation(made, token)
    except MAIL_SERVER_ERRORS as error:
        text = gettext(
            "The invitation to %(email)s wasn't sent: the mail server rejected it (%(error)s). "
            "Invite them again."
        )
        raise ConflictError(text % {"email": made.email, "error": error}) from None


class InvitationView(InvitationsView):
    @extend_schema(
        operation_id="show_invitation",
        summary=_("Show an invitation"),
        description=_("Returns an invitation and whether it was accepted. For desk admins."),
    )
    def get(self, request: Request, invitation_id: int) -> Response:
        """Show an invitation."""
        return Response(self.describe(get_invitation(self, invitation_id)))

    @extend_schema(
        operation_id="withdraw_invitation",
        summary=_("Withdraw an invitation"),
        description=_(
            "The invitation's link stops working. Returns 409 if it was used or has expired."
        ),
        responses={204: None},
    )
    def delete(self, request: Request, invitation_id: int) -> Response:
        """Withdraw an invitation."""
        invitation = get_invitation(self, invitation_id)
        if not withdraw_invitation(invitation=invitation, by=self.agent.user, at=timezone.now()):
            raise ConflictError(gettext("This invitation was already used or has expired."))
        return Response(status=204)


def get_invitation(view: DeskView, invitation_id: int) -> Invitation:
    """Return an invitation of the desk. Raises Http404."""
    rows: QuerySet[Invitation] = Invitation.objects.filter(desk=view.agent.desk_id)
    return get_row(rows.select_related("desk", "account"), invitation_id)
