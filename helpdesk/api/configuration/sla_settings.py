"""SLA policies and the targets of the matrix: read by agents, changed by desk admins."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Desk
from helpdesk.api.base import DeskView, IsAdminToWrite
from helpdesk.api.configuration.sla_fields import (
    CellInput,
    ChangeOutput,
    PolicyInput,
    PolicyOutput,
    TargetOutput,
    find_calendar,
    find_conditions,
    find_targets,
)
from helpdesk.api.serializers import read_input
from sla.matrix import MatrixConflictError, save_matrix, write_cell
from sla.models import Calendar, ClockKind, Policy, ReplanCause, ReplanScope, Target
from sla.policies.contents import list_policies
from sla.policies.review import has_contradiction
from sla.policies.saving import delete_policy, save_policy
from sla.replanning import change_settings

APPLIES = _(
    "“applies_to” is “new” for new tickets only, “open” for open tickets, too, or “preview” to "
    "save nothing and only count the open tickets that would follow."
)


class IsAdminToWriteSla(IsAdminToWrite):
    """Let agents read, and desk admins write."""

    message = _("Only a desk admin can change SLA settings.")


class SettingsView(DeskView):
    """A view of SLA settings."""

    permission_classes = [IsAdminToWriteSla]

    def change(
        self, cause: ReplanCause, applies_to: str, change: Any, *, subject: str, status: int = 200
    ) -> Response:
        """Make a change, or preview it, and return how open tickets follow."""
        scope = ReplanScope(applies_to) if applies_to in ReplanScope.values else None
        preview = change_settings(
            desk_id=self.agent.desk_id,
            by=self.agent.name,
            cause=cause,
            scope=scope,
            change=change,
            at=timezone.now(),
            subject=subject,
        )
        facts = {"is_saved": scope is not None, "preview": preview}
        return Response(ChangeOutput(facts).data, status=status if scope else 200)


class PolicyListView(SettingsView):
    serializer_class = PolicyOutput

    @extend_schema(
        operation_id="list_sla_policies",
        summary=_("List SLA policies"),
        description=_("Returns the desk's policies in their order."),
        responses={200: PolicyOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the desk's policies in their order."""
        return Response(PolicyOutput(list_policies(self.agent.desk), many=True).data)

    @extend_schema(
        operation_id="create_sla_policy",
        summary=_("Create an SLA policy"),
        description=APPLIES,
        request=PolicyInput,
        responses={200: ChangeOutput, 201: ChangeOutput},
    )
    def post(self, request: Request) -> Response:
        """Create a policy."""
        return save_sent_policy(self, request, Policy(desk=self.agent.desk), status=201)


class PolicyView(SettingsView):
    serializer_class = PolicyOutput

    @extend_schema(
        operation_id="show_sla_policy",
        summary=_("Show an SLA policy"),
        description=_("Returns a policy with its conditions and targets."),
    )
    def get(self, request: Request, policy_id: int) -> Response:
        """Show a policy."""
        policy = get_object_or_404(list_policies(self.agent.desk), pk=policy_id)
        return Response(PolicyOutput(policy).data)

    @extend_schema(
        operation_id="change_sla_policy",
        summary=_("Change an SLA policy"),
        description=APPLIES,
        request=PolicyInput,
        responses={200: ChangeOutput},
    )
    def put(self, request: Request, policy_id: int) -> Response:
        """Replace a policy's contents. A new version keeps the earlier ones."""
        policy = get_object_or_404(Policy, desk=self.agent.desk, pk=policy_id)
        return save_sent_policy(self, request, policy)

    @extend_schema(
        operation_id="delete_sla_policy",
        summary=_("Delete an SLA policy"),
        description=_("Open tickets keep their deadlines. Deactivate a policy to keep it."),
        responses={204: None},
    )
    def delete(self, request: Request, policy_id: int) -> Response:
        """Delete a policy."""
        self.remove(get_object_or_404(Policy, desk=self.agent.desk, pk=policy_id))
        return Response(status=204)

    def remove(self, policy: Policy) -> None:
        """Delete a policy. Open tickets keep their deadlines."""
        self.change(
            ReplanCause.POLICY,
            ReplanScope.NEW.value,
            lambda: delete_policy(policy=policy, by=self.agent),
            subject=policy.name,
        )


def save_sent_policy(
    view: SettingsView, request: Request, policy: Policy, *, status: int = 200
) -> Response:
    """Save the policy that a request has, or preview it. Raises ValidationError."""
    data, desk = read_input(PolicyInput, request.data), view.agent.desk
    conditions = find_conditions(desk, data["conditions"])
    targets = find_targets(desk, data["targets"])
    if has_contradiction(desk, conditions):
        raise ValidationError(
            {"conditions": [gettext("No ticket can meet all of these conditions.")]}
        )
    same = Policy.objects.filter(desk=desk, name=data["name"]).exclude(pk=policy.pk)
    if same.exists():
        raise ValidationError({"name": [gettext("There is already a policy with this name.")]})
    policy.name, policy.is_active = data["name"], data["is_active"]
    return view.change(
        ReplanCause.POLICY,
        data["applies_to"],
        lambda: save_policy(
            policy=policy,
            conditions=conditions,
            targets=targets,
            position=data.get("position"),
            by=view.agent,
            at=timezone.now(),
        ),
        subject=policy.name,
        status=status,
    )


class TargetListView(SettingsView):
    serializer_class = TargetOutput

    @extend_schema(
        operation_id="list_sla_targets",
        summary=_("List the targets of the SLA matrix"),
        description=_("Returns the targets of all plans, without those of policies."),
        responses={200: TargetOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List the targets of the matrix."""
        targets = Target.objects.filter(desk=self.agent.desk, policy=None)
        related = targets.select_related("plan", "priority", "calendar")
        return Response(TargetOutput(related, many=True).data)

    @extend_schema(
        operation_id="set_sla_target",
        summary=_("Set a target of the SLA matrix"),
        description=APPLIES,
        request=CellInput,
        responses={200: ChangeOutput},
    )
    def post(self, request: Request) -> Response:
        """Set or remove the target of a cell."""
        data, desk = read_input(CellInput, request.data), self.agent.desk
        calendar = find_calendar(desk, data["calendar"])
        return self.change(
            ReplanCause.TARGETS,
            data["applies_to"],
            lambda: _set_cell(desk, request, data, calendar),
            subject=f"{data['plan']} / {data['priority']}",
        )


def _set_cell(desk: Desk, request: Any, data: dict[str, Any], calendar: Calendar | None) -> None:
    matrix = write_cell(
        desk,
        ClockKind(data["clock"]),
        plan=data["plan"],
        priority=data["priority"],
        status=data["account_status"],
        text=data["target"],
        calendar_id=calendar.pk if calendar else None,
    )
    if matrix.errors:
        raise ValidationError({"target": matrix.errors})
    try:
        save_matrix(desk=desk, matrix=matrix, user=request.user)
    except MatrixConflictError:
        text = gettext("Someone else changed this at the same time. Try again.")
        raise ValidationError({"target": [text]}) from None
