"""Sections with views of their own: the desk, calendars, rules, SLA settings and stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk
from helpdesk.api.configuration.calendar_serializers import CalendarSerializer
from helpdesk.api.configuration.calendars import CalendarsView
from helpdesk.api.configuration.desk import DeskSerializer, DeskSettingsView
from helpdesk.api.configuration.macros import MacrosView
from helpdesk.api.configuration.rule_serializers import RuleSerializer
from helpdesk.api.configuration.rules import RulesView
from helpdesk.api.configuration.sla_fields import CellInput, PolicyInput, PolicyOutput, TargetOutput
from helpdesk.api.configuration.sla_settings import PolicyView, TargetListView, save_sent_policy
from helpdesk.api.defects.settings import StageSettingInput, StageSettingOutput, StageSettingView
from helpdesk.desk_files.sections import Item, Section
from routing.rules.editing import delete_rule
from sla.models import Policy, Target
from sla.policies.contents import list_policies
from tickets.models import Macro, StageSetting
from tickets.models.defect_stages import Stage
from tickets.services.settings_rows import delete_setting


class CalendarSection(Section):
    """Calendars with their hours, special days, holidays and sources of holidays."""

    def __init__(self) -> None:
        super().__init__("calendars", CalendarsView)

    def list_rows(self, agent: Agent) -> list[Model]:
        return list(self.make_view(agent).list_calendars().order_by("name"))

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return CalendarSerializer().fields

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        data = {**(self.show(agent, row) if row else {}), **item}
        view = self.make_view(agent, data)
        view.save(view.request, row)

    def remove(self, agent: Agent, row: Any) -> None:
        delete_setting(row=row, by=agent)


class RuleSection(Section):
    """Routing rules with their conditions and actions, in order."""

    def __init__(self) -> None:
        super().__init__("rules", RulesView, place="position")

    def list_rows(self, agent: Agent) -> list[Model]:
        return list(self.make_view(agent).list_rules())

    def describe(self, agent: Agent, row: Model) -> Item:
        return dict(RuleSerializer(row).data)

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return RuleSerializer().fields

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        new: Item = {"conditions": [], "actions": []}
        data = {**(self.show(agent, row) if row else new), **item}
        view = self.make_view(agent, data)
        view.save(view.request, row)

    def remove(self, agent: Agent, row: Any) -> None:
        record_audit(desk=agent.desk, by=agent, action=AuditAction.DELETED, about=row)
        delete_rule(rule=row, by_name=agent.name, at=timezone.now())


class PolicySection(Section):
    """SLA policies with their conditions and targets, in order."""

    def __init__(self) -> None:
        super().__init__("sla_policies", PolicyView, place="position")

    def list_rows(self, agent: Agent) -> list[Model]:
        return list(list_policies(agent.desk))

    def describe(self, agent: Agent, row: Any) -> Item:
        return dict(PolicyOutput(row).data)

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return PolicyInput().fields

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        data = {**(self.show(agent, row) if row else {}), "applies_to": "open", **item}
        view = self.make_view(agent, data)
        policy = row if isinstance(row, Policy) else Policy(desk=agent.desk)
        save_sent_policy(view, view.request, policy)

    def remove(self, agent: Agent, row: Any) -> None:
        self.make_view(agent).remove(row)


class TargetSection(Section):
    """The SLA matrix: the target of each plan, priority and clock. “none” is a target, too."""

    def __init__(self) -> None:
        keys = ("plan", "priority", "clock", "account_status")
        super().__init__("sla_targets", TargetListView, keys=keys)

    def get_key(self, item: Item) -> tuple[Any, ...]:
        usual = {"clock": "first_response", "account_status": ""}
        return super().get_key({**usual, **item})

    def list_rows(self, agent: Agent) -> list[Model]:
        targets = Target.objects.filter(desk=agent.desk, policy=None)
        related = targets.select_related("plan", "priority", "calendar")
        order = ("plan__position", "plan__name", "clock", "priority__rank", "account_status")
        return list(related.order_by(*order))

    def describe(self, agent: Agent, row: Any) -> Item:
        return dict(TargetOutput(row).data)

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return CellInput().fields

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        data = {**(self.show(agent, row) if row else {}), "applies_to": "open", **item}
        view = self.make_view(agent, data)
        view.post(view.request)

    def remove(self, agent: Agent, row: Model) -> None:
        self.save(agent, row, {"target": "", "calendar": ""})


class StageSection(Section):
    """The desk's names of the stages of defects, and what customers are told about each."""

    def __init__(self) -> None:
        super().__init__("stages", StageSettingView, keys=("stage",))

    def list_rows(self, agent: Agent) -> list[Model]:
        rows: list[Any] = list(StageSetting.objects.filter(desk=agent.desk))
        order = list(Stage.values)
        return sorted(rows, key=lambda row: order.index(row.stage))

    def describe(self, agent: Agent, row: Any) -> Item:
        return {name: getattr(row, name) for name in ("stage", *StageSettingInput().fields)}

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return {"stage": StageSettingOutput().fields["stage"], **StageSettingInput().fields}

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        given = {**(self.describe(agent, row) if row else {}), **item}
        stage = given.pop("stage")
        if stage not in Stage.values:
            text = _("Choose one of: %(values)s") % {"values": ", ".join(Stage.values)}
            raise ValidationError({"stage": [text]})
        view = self.make_view(agent, given)
        view.put(view.request, str(stage))

    def remove(self, agent: Agent, row: Any) -> None:
        delete_setting(row=row, by=agent)


class MacroSection(Section):
    """The shared macros. Those of one agent aren't configuration."""

    def __init__(self) -> None:
        unshown = ("is_shared", "uses")
        super().__init__("macros", MacrosView, unshown=unshown, new={"is_shared": True})

    def list_rows(self, agent: Agent) -> list[Model]:
        return list(self.make_view(agent).get_rows().filter(owner=None).order_by("name", "pk"))

    def save(self, agent: Agent, row: Model | None, item: Item) -> None:
        """Save a macro. Its version isn't compared: a plan's fingerprint covers it."""
        stored = self.show(agent, row) if row else self.new
        view = self.make_view(agent, {**stored, **item})
        view.write(row or Macro(desk=agent.desk), view.read(view.request))


class DeskSection(Section):
    """The settings and words of the desk itself: one row, without a list."""

    def __init__(self) -> None:
        super().__init__("desk", DeskSettingsView)

    def read_items(self, content: Any) -> list[Any] | None:
        return [content] if isinstance(content, dict) else None

    def write_items(self, shown: dict[Any, Item]) -> Any:
        return shown[(self.name,)]

    def get_shape(self) -> str:
        return _("Enter names and values here.")

    def get_path(self, place: int) -> tuple[str | int, ...]:
        return (self.name,)

    def get_key(self, item: Item) -> tuple[Any, ...]:
        return (self.name,)

    def list_rows(self, agent: Agent) -> list[Model]:
        return [Desk.objects.get(pk=agent.desk_id)]

    def make_fields(self, agent: Agent) -> Mapping[str, Any]:
        return DeskSerializer().fields

    def save(self, agent: Agent, row: Any, item: Item) -> None:
        view = self.make_view(agent, item)
        view.write(row, view.read(view.request, partial=True))

    def remove(self, agent: Agent, row: Model) -> None:
        """Do nothing: every desk has its settings."""
