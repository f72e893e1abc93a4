"""Routing rules: conditions on a new request, and what follows from them (M3, M46-M50)."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.matching import normalize_email
from accounts.models import AccountStatus, DeskModel, Level
from accounts.models.fields import LineField
from accounts.places.countries import list_countries
from tickets.models import Channel
from tickets.search.queries import read_query


class ConditionKind(models.TextChoices):
    """Kinds of conditions. A condition's ``value`` is a code, unless a column refers to a row."""

    ACCOUNT_STATUS = "account_status", _("Account status")  # an AccountStatus, or NO_ACCOUNT
    PLAN = "plan", _("Plan")
    PRODUCT = "product", _("Product")
    CHANNEL = "channel", _("Channel")  # a Channel
    MAILBOX = "mailbox", _("Mailbox")  # its address
    LANGUAGE = "language", _("Language")  # a tag such as "pt" or "pt-br"
    COUNTRY = "country", _("Country")  # of the account, as ISO 3166-1 alpha-2
    WORDS = "words", _("Words")  # as typed into the search; scope: where they are looked for
    FIELD = "field", _("Form field")  # the answer to form_field
    SENDER = "sender", _("Sender")  # VERIFIED or UNVERIFIED
    TAG = "tag", _("Tag")  # its name, as set before the rules, such as by a channel


NO_ACCOUNT = "none"
VERIFIED, UNVERIFIED = "verified", "unverified"


class WordScope(models.TextChoices):
    """The texts of a request in which words are looked for."""

    ANYWHERE = "", pgettext_lazy("words of a rule", "in subject or description")
    SUBJECT = "subject", pgettext_lazy("words of a rule", "in the subject")
    DESCRIPTION = "text", pgettext_lazy("words of a rule", "in the description")


class ActionKind(models.TextChoices):
    """Kinds of actions: the properties that a rule can set."""

    DEPARTMENT = "department", _("Department")
    LEVEL = "level", _("Level")
    SKILL = "skill", _("Required skill")
    TAG = "tag", _("Tag")
    PRIORITY = "priority", _("Suggested priority")


# What an action's value may be.
LEVELS_BY_KIND: dict[str, set[str]] = {
    ActionKind.LEVEL: set(Level.values),
    ActionKind.SKILL: {"1", "2", "3"},
}
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def clean_value(kind: str, value: str) -> str:
    """Return the value of a condition as it is stored. Raise ValidationError for an invalid one."""
    value = value.strip()
    match kind:
        case ConditionKind.ACCOUNT_STATUS:
            is_valid = value in (*AccountStatus.values, NO_ACCOUNT)
        case ConditionKind.CHANNEL:
            is_valid = value in Channel.values
        case ConditionKind.MAILBOX:
            value = normalize_email(value)
            is_valid = bool(value)
        case ConditionKind.LANGUAGE:
            value = value.lower().replace("_", "-")
            is_valid = _LANGUAGE_TAG.fullmatch(value) is not None
        case ConditionKind.COUNTRY:
            value = value.upper()
            is_valid = value in dict(list_countries())
        case ConditionKind.WORDS:
            is_valid = bool(read_query(value).wanted)
        case ConditionKind.SENDER:
            is_valid = value in (VERIFIED, UNVERIFIED)
        case ConditionKind.FIELD | ConditionKind.TAG:
            is_valid = bool(value)
        case _:
            return ""
    if not is_valid:
        raise ValidationError({"value": ERRORS.get(kind, _("This value is not available."))})
    return value


ERRORS: dict[str, Any] = {
    ConditionKind.MAILBOX: _("Enter the address of a mailbox."),
    ConditionKind.LANGUAGE: _("Enter the code of a language, such as pt or pt-br."),
    ConditionKind.COUNTRY: _("Enter the code of a country, such as BR."),
    ConditionKind.WORDS: _("Enter at least one word to look for."),
    ConditionKind.FIELD: _("Enter the answer to look for."),
    ConditionKind.TAG: _("Enter the name of a tag."),
}


class Rule(DeskModel):
    """A routing rule. Rules are tried in the order of their positions."""

    name = LineField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Rules are tried in this order.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("An inactive rule changes nothing. A dry run can include it."),
    )
    stops = models.BooleanField(
        _("stop after this rule"),
        default=True,
        help_text=_(
            "If it applies, later rules aren't tried. Otherwise they can add what it leaves open."
        ),
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="rule_name_unique",
                violation_error_message=_("The desk already has a rule with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RuleCondition(DeskModel):
    """A condition of a rule. Of each kind one must hold, and none that is negated."""

    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="conditions", verbose_name=_("rule")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=ConditionKind.choices)
    is_negated = models.BooleanField(_("is not"), default=False)
    plan = models.ForeignKey(
        "accounts.Plan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan"),
    )
    product = models.ForeignKey(
        "accounts.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    form_field = models.ForeignKey(
        "tickets.FormField",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("form field"),
    )
    value = LineField(_("value"), max_length=300, blank=True, default="")
    scope = models.CharField(
        _("where"), max_length=7, choices=WordScope.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=ConditionKind.PLAN) | models.Q(plan__isnull=False),
                name="rule_condition_of_plan",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ConditionKind.PRODUCT) | models.Q(product__isnull=False),
                name="rule_condition_of_product",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ConditionKind.FIELD) | models.Q(form_field__isnull=False),
                name="rule_condition_of_field",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.plan or self.product or self.value}"

    def clean(self) -> None:
        """Raise ValidationError for a value that isn't one of the kind; normalize it."""
        self.value = clean_value(self.kind, self.value)
        if self.kind != ConditionKind.WORDS:
            self.scope = ""


class RuleAction(DeskModel):
    """Something that a rule sets on a request."""

    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="actions", verbose_name=_("rule")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ActionKind.choices)
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    tag = models.ForeignKey(
        "tickets.Tag",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tag"),
    )
    priority = models.ForeignKey(
        "tickets.Priority",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("priority"),
    )
    skill = models.ForeignKey(
        "routing.Skill",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skill"),
    )
    value = models.CharField(
        _("value"),
        max_length=4,
        blank=True,
        default="",
        help_text=_("The level of a ticket, or the minimum level of a skill."),
    )

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "kind"],
                condition=models.Q(
                    kind__in=[ActionKind.DEPARTMENT, ActionKind.LEVEL, ActionKind.PRIORITY]
                ),
                name="rule_action_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ActionKind.DEPARTMENT, department__isnull=False)
                | models.Q(kind=ActionKind.TAG, tag__isnull=False)
                | models.Q(kind=ActionKind.PRIORITY, priority__isnull=False)
                | models.Q(kind=ActionKind.SKILL, skill__isnull=False)
                | models.Q(kind=ActionKind.LEVEL),
                name="rule_action_has_target",
            ),
        ]

    def __str__(self) -> str:
        target = self.department or self.tag or self.priority or self.skill or self.value
        return f"{self.get_kind_display()}: {target}"

    def clean(self) -> None:
        """Raise ValidationError for a level that doesn't exist, or a retired priority."""
        allowed = LEVELS_BY_KIND.get(self.kind, {""})
        if self.value not in allowed:
            raise ValidationError({"value": _("This is not a level.")})
        if self.priority is not None and self.priority.is_retired:
            raise ValidationError({"priority": _("This priority is retired. Choose another one.")})
