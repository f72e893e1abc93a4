"""Rules and standups of chat channels. Those that stay the same keep their rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.places.local_times import format_clock
from channels_intake.admin.team_chat_forms import ChatRuleForm
from channels_intake.models import ChatConnection, ChatRule, ChatStandup
from channels_intake.team_chat.standups import find_next
from helpdesk.api.configuration.calendar_parts import WEEKDAY, TimeOfDayField
from helpdesk.api.configuration.declared import RowSerializer, describe_fields
from helpdesk.api.configuration.setting_rows import ZoneField
from helpdesk.api.linked_rows import DEPARTMENTS, PLANS, REGIONS, make_link
from tickets.services.settings_rows import Changes

RULE_FIELDS = ("topic", "level", "template")
RuleForm = forms.modelform_factory(
    ChatRule, form=ChatRuleForm, fields=(*RULE_FIELDS, "department", "plan")
)
DEPARTMENT_HELP = ChatRule._meta.get_field("department").help_text
PLAN_HELP = ChatRule._meta.get_field("plan").help_text
REGION_HELP = ChatStandup._meta.get_field("region").help_text


class ChatRuleItem(RowSerializer):
    """A rule: which messages a channel gets. The first one that matches an event is used."""

    department = make_link(DEPARTMENTS, DEPARTMENT_HELP, default=None)
    plan = make_link(PLANS, PLAN_HELP, default=None)

    class Meta:
        model = ChatRule
        fields = (*RULE_FIELDS, "department", "plan")
        extra_kwargs = describe_fields(ChatRule, RULE_FIELDS)


class ChatStandupItem(RowSerializer):
    """A daily summary for a team, at a local time."""

    department = make_link(DEPARTMENTS, DEPARTMENT_HELP, default=None)
    region = make_link(REGIONS, REGION_HELP, default=None)
    time = TimeOfDayField(source="minute", help_text=_("HH:MM."))
    time_zone = ZoneField()
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(choices=list(WEEKDAYS)),
        allow_empty=False,
        max_length=len(WEEKDAYS),
        help_text=WEEKDAY,
    )

    class Meta:
        model = ChatStandup
        fields = ("department", "level", "region", "time", "time_zone", "weekdays")
        extra_kwargs = describe_fields(ChatStandup, ("level",))

    def validate_weekdays(self, days: list[int]) -> list[int]:
        return sorted(set(days))


def save_rules(channel: ChatConnection, given: Sequence[dict[str, Any]] | None) -> Changes:
    """Replace a channel's rules, or check the stored ones if none are given. Return what changed.

    A channel that becomes public may not keep a text that is only for internal ones.
    """
    stored = list(channel.rules.select_related("department", "plan"))
    if given is None:
        values = ("topic", "level", "template", "department", "plan")
        _read_rules(channel, [{name: getattr(rule, name) for name in values} for rule in stored])
        return {}
    wanted = _read_rules(channel, given)
    before, after = ([_name_rule(rule) for rule in rules] for rules in (stored, wanted))
    if before == after:
        return {}
    _keep_rows(stored, wanted, _get_conditions)
    for place, rule in enumerate(wanted):
        rule.position = place
        rule.save()
    return {"rules": [before, after]}


def _read_rules(channel: ChatConnection, given: Sequence[dict[str, Any]]) -> list[ChatRule]:
    """Return the rules. Raises ValidationError for one that the channel's page would refuse."""
    found: dict[Hashable, ChatRule] = {}
    for place, values in enumerate(given):
        form: Any = RuleForm(
            {name: getattr(value, "pk", value) for name, value in values.items()},
            instance=ChatRule(desk=channel.desk, connection=channel),
        )
        form.channel = channel
        errors = dict(form.errors)
        conditions = _get_conditions(form.instance)
        if conditions in found:
            errors.setdefault(
                "topic", [gettext("The channel already has a rule for these tickets.")]
            )
        if errors:
            raise serializers.ValidationError({"rules": {str(place): errors}})
        found[conditions] = form.instance
    return list(found.values())


def _get_conditions(rule: ChatRule) -> Hashable:
    return rule.topic, rule.department_id, rule.level, rule.plan_id


def _name_rule(rule: ChatRule) -> str:
    """Return a rule as the audit log has it."""
    parts = (rule.topic, rule.department, rule.level, rule.plan, rule.template)
    return " ".join(str(part) for part in parts if part)


def save_standups(channel: ChatConnection, given: Sequence[dict[str, Any]]) -> Changes:
    """Replace a channel's standups. Return what changed."""
    stored = list(channel.standups.select_related("department", "region"))
    wanted = [ChatStandup(desk=channel.desk, connection=channel, **values) for values in given]
    before, after = (sorted(map(_name_standup, rows)) for rows in (stored, wanted))
    if before == after:
        return {}
    _keep_rows(stored, wanted, _name_standup)
    for standup in wanted:
        if standup.pk is None:
            standup.next_at = find_next(standup, timezone.now())
            standup.save()
    return {"standups": [before, after]}


def _name_standup(standup: ChatStandup) -> str:
    """Return a standup as the audit log has it."""
    days = ",".join(map(str, standup.weekdays))
    time = format_clock(standup.minute)
    parts = (time, standup.time_zone, days, standup.department, standup.level, standup.region)
    return " ".join(str(part) for part in parts if part)


def _keep_rows(
    stored: Sequence[Any], wanted: Sequence[Any], identify: Callable[[Any], Hashable]
) -> None:
    """Give wanted rows the stored row that is the same, and delete the other stored rows.

    Messages in the queue name their rule or standup.
    """
    left = list(stored)
    for row in wanted:
        same = next((each for each in left if identify(each) == identify(row)), None)
        if same is not None:
            left.remove(same)
            row.pk, row._state.adding = same.pk, False
    for row in left:
        row.delete()
