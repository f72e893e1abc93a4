"""Routing rules: list, add, replace, delete, and their problems."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import record_audit
from accounts.models import AuditAction, Role
from helpdesk.api.base import DeskView
from helpdesk.api.configuration.rule_serializers import RuleSerializer
from helpdesk.api.rows import get_row
from routing.models import Rule
from routing.rules.checking import find_problems
from routing.rules.editing import NewRule, delete_rule, save_rule

RELATED = (
    "conditions__plan",
    "conditions__product",
    "conditions__form_field",
    "actions__department",
    "actions__tag",
    "actions__priority",
    "actions__skill",
)


class RulesView(DeskView):
    """Rules are read by all agents, and written by desk admins."""

    serializer_class: Any = RuleSerializer

    def list_rules(self) -> QuerySet[Rule]:
        """Return the desk's rules in order."""
        return Rule.objects.filter(desk=self.agent.desk_id).prefetch_related(*RELATED)

    def require_admin(self) -> None:
        """Raise PermissionDenied unless the agent is an admin of the desk."""
        if self.agent.role != Role.ADMIN:
            raise PermissionDenied(_("Only desk admins can change routing rules."))

    def get_rule(self, rule_id: int) -> Rule:
        """Return the desk's rule. Raises Http404."""
        return get_row(self.list_rules(), rule_id)

    def save(self, request: Request, rule: Rule | None = None) -> Rule:
        """Save the posted rule, and return it as it is stored."""
        self.require_admin()
        context = {"desk": self.agent.desk}
        serializer = RuleSerializer(rule, data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        new = NewRule(
            name=data["name"],
            conditions=[each["row"] for each in data["conditions"]],
            actions=[each["row"] for each in data["actions"]],
            is_active=data["is_active"],
            stops=data["stops"],
            position=data.get("position"),
        )
        saved = save_rule(
            desk=self.agent.desk, new=new, rule=rule, by_name=self.agent.name, at=timezone.now()
        )
        record_audit(
            desk=self.agent.desk,
            by=self.agent,
            action=AuditAction.CHANGED if rule else AuditAction.ADDED,
            about=saved,
        )
        return self.get_rule(saved.pk)


class RuleListView(RulesView):
    @extend_schema(
        operation_id="list_rules",
        summary=_("List routing rules"),
        description=_("Returns all routing rules of this desk, in the order they are tried."),
        responses=RuleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the desk's routing rules."""
        return Response(RuleSerializer(self.list_rules(), many=True).data)

    @extend_schema(
        operation_id="add_rule",
        summary=_("Add a routing rule"),
        description=_("Adds a rule, which applies to new tickets at once. For desk admins."),
        responses={201: RuleSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a routing rule."""
        return Response(RuleSerializer(self.save(request)).data, status=201)


class RuleView(RulesView):
    @extend_schema(
        operation_id="show_rule",
        summary=_("Show a routing rule"),
        description=_("Returns one rule with its conditions and actions."),
    )
    def get(self, request: Request, rule_id: int) -> Response:
        """Show a routing rule."""
        return Response(RuleSerializer(self.get_rule(rule_id)).data)

    @extend_schema(
        operation_id="replace_rule",
        summary=_("Replace a routing rule"),
        description=_("Replaces a rule with its conditions and actions. For desk admins."),
    )
    def put(self, request: Request, rule_id: int) -> Response:
        """Replace a routing rule."""
        return Response(RuleSerializer(self.save(request, self.get_rule(rule_id))).data)

    @extend_schema(
        operation_id="delete_rule",
        summary=_("Delete a routing rule"),
        description=_("Deletes a rule. Tickets keep what it did. For desk admins."),
        responses={204: None},
    )
    def delete(self, request: Request, rule_id: int) -> Response:
        """Delete a routing rule."""
        rule = self.get_rule(rule_id)
        self.require_admin()
        record_audit(desk=self.agent.desk, by=self.agent, action=AuditAction.DELETED, about=rule)
        delete_rule(rule=rule, by_name=self.agent.name, at=timezone.now())
        return Response(status=204)


class ProblemOutput(serializers.Serializer[Any]):
    """A problem of a rule."""

    rule_id = serializers.IntegerField(help_text=_("The rule."))
    rule = serializers.CharField(help_text=_("Its name."))
    text = serializers.CharField(help_text=_("The problem, in a sentence."))


class RuleProblemsView(RulesView):
    serializer_class = ProblemOutput

    @extend_schema(
        operation_id="list_rule_problems",
        summary=_("List problems of the routing rules"),
        description=_(
            "Returns rules that are never tried, contradict an earlier one, can't apply, or send "
            "tickets where no agent works."
        ),
        responses=ProblemOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List problems of the routing rules."""
        return Response(ProblemOutput(find_problems(self.agent.desk), many=True).data)
