"""Repositories on GitHub and GitLab, and the rules by which they move defects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from channels_intake.admin.code_host_forms import MAX_KEY, CodeHostForm
from channels_intake.code_hosts.pausing import resume
from channels_intake.code_hosts.rules import add_default_rules
from channels_intake.models import CodeHost, StageRule
from channels_intake.outgoing.composing import get_desk_url
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret
from helpdesk.api.linked_rows import LINES, make_link
from tickets.services.settings_rows import Changes

MAX_RULES = 100
HOST_FIELDS = ("kind", "api_url", "repository", "sign_in", "app_id", "installation_id")
ISSUES = ("labels", "names_customers", "is_paused")
HEALTH = ("problem", "checked_at", "last_event_at")
RULE_FIELDS = ("trigger", "pattern", "stage")


class StageRuleItem(RowSerializer):
    """A rule: which event moves defects to which stage."""

    line = make_link(LINES, _("The product line that a release is for, or null for all."))

    class Meta:
        model = StageRule
        fields = (*RULE_FIELDS, "line")
        extra_kwargs = describe_fields(StageRule, RULE_FIELDS)


class CodeHostSerializer(RowSerializer):
    """A repository. Its secrets are never shown."""

    token = make_secret()
    private_key = make_secret(MAX_KEY)
    webhook_secret = make_secret()
    has_token = make_has_secret("sealed_token")
    has_private_key = make_has_secret("sealed_private_key")
    has_webhook_secret = make_has_secret("sealed_webhook_secret")
    webhook_url = serializers.SerializerMethodField(
        help_text=_("The URL to enter in GitHub or GitLab, with the webhook secret.")
    )
    rules = StageRuleItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True,
        required=False,
        max_length=MAX_RULES,
        help_text=_(
            "The rules that move defects. A new repository gets the default rules if you leave "
            "this out."
        ),
    )

    class Meta:
        model = CodeHost
        fields = (
            *("id", *HOST_FIELDS, *ISSUES, "token", "private_key", "webhook_secret", "has_token"),
            *("has_private_key", "has_webhook_secret", "webhook_url", *HEALTH, "rules"),
        )
        read_only_fields = HEALTH
        extra_kwargs = describe_fields(CodeHost, (*HOST_FIELDS, *ISSUES, *HEALTH))

    def get_webhook_url(self, host: CodeHost) -> str:
        return f"{get_desk_url(host.desk)}/code-hosts/{host.hook_token}/"


class CodeHostsView(FormRowsView):
    model = CodeHost
    serializer_class = CodeHostSerializer
    related = ("desk",)
    prefetched = ("rules__line__product",)
    key = "repository"
    parts = ("rules",)

    def get_form_class(self, row: CodeHost) -> type[forms.ModelForm[Any]]:
        return CodeHostForm

    def save_form(self, row: CodeHost, form: Any, *, is_new: bool) -> None:
        if form.has_moved:
            row.forget_access()
        row.enter_secrets(**{name: form.cleaned_data[name] for name in form.SECRETS})
        super().save_form(row, form, is_new=is_new)
        if is_new:
            add_default_rules(row)
        elif "is_paused" in form.changed_data and not row.is_paused:
            resume(row, at=timezone.now())

    def save_parts(self, row: CodeHost, parts: dict[str, Any]) -> Changes:
        if "rules" not in parts:
            return {}
        rules = StageRule.objects.filter(host=row).select_related("line__product")
        before = [_name_rule(rule) for rule in rules]
        wanted = [StageRule(desk=row.desk, host=row, **given) for given in parts["rules"]]
        _check_rules(wanted)
        after = [_name_rule(rule) for rule in wanted]
        if before == after:
            return {}
        rules.delete()
        StageRule.objects.bulk_create(wanted)
        return {"rules": [before, after]}


def _check_rules(rules: list[StageRule]) -> None:
    """Raise ValidationError for a rule that its form in the admin site would refuse."""
    known = set()
    for place, rule in enumerate(rules):
        try:
            rule.clean()
        except ValidationError as error:
            problems = {"rules": {str(place): error.message_dict}}
            raise serializers.ValidationError(problems) from None
        key = (rule.trigger, rule.pattern)
        if key in known:
            text = gettext("There is already a rule for this event and pattern.")
            raise serializers.ValidationError({"rules": {str(place): {"pattern": [text]}}})
        known.add(key)


def _name_rule(rule: StageRule) -> str:
    """Return a rule as the audit log has it."""
    line = rule.line.full_name if rule.line else ""
    return " ".join(filter(None, (rule.trigger, rule.pattern, line, rule.stage)))


CODE_HOSTS = build_paths(
    CodeHostsView,
    place="code-hosts",
    one="code_host",
    many="code_hosts",
    texts=Texts(
        list=_("List repositories"),
        add=_("Add a repository"),
        show=_("Show a repository"),
        change=_("Change a repository"),
        delete=_("Delete a repository"),
        about=_(
            "The connected repositories on GitHub and GitLab, and whether they work. For desk "
            "admins."
        ),
        changing=_(
            "Changes the given fields; “rules” replaces all rules. If you change the URL, send "
            "the token or key again. For desk admins."
        ),
        deleting=_(
            "Deletes the connection with its links and events. Issues stay. For desk admins."
        ),
    ),
)
