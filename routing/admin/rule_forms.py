"""Forms of a rule's conditions and actions: one grouped choice, and a text where one is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.base import DeskForm
from accounts.admin.conflicts import ConflictGuardFormSet
from accounts.models import AccountStatus, Department, Desk, Plan, Product
from accounts.places.countries import list_countries
from routing.models import (
    ActionKind,
    ConditionKind,
    Rule,
    RuleAction,
    RuleCondition,
    Skill,
    SkillLevel,
    WordScope,
)
from routing.models.rules import NO_ACCOUNT, UNVERIFIED, VERIFIED, clean_value
from routing.rules.sentences import SENDERS
from tickets.models import Channel, FormField, Priority, Tag

Group = tuple[str, list[tuple[str, str]]]
# Kinds whose value is typed.
TYPED = {
    ConditionKind.MAILBOX,
    ConditionKind.LANGUAGE,
    ConditionKind.COUNTRY,
    ConditionKind.WORDS,
    ConditionKind.FIELD,
    ConditionKind.TAG,
}
NEGATIONS = [("", _("is or has")), ("on", _("is not or has not"))]


class RuleForm(DeskForm):
    """A rule. A new one comes last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.position = Rule.objects.filter(desk=self.desk).count() + 1


class PartForm(DeskForm):
    """A condition or an action. ``what`` names its kind and the row or code, as "plan:12"."""

    groups: ClassVar[Sequence[Group] | None] = None  # of the class made for each request

    what = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cls = type(self)
        if cls.groups is None:
            cls.groups = self.list_groups(self.desk)  # type: ignore[arg-type]
        self.fields["what"].choices = [("", "---------"), *cls.groups]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["what"] = self.get_what()

    def list_groups(self, desk: Desk) -> list[Group]:
        """Return the choices of ``what``."""
        raise NotImplementedError

    def get_what(self) -> str:
        """Return the choice that the stored row is."""
        raise NotImplementedError


class ConditionForm(PartForm):
    """A condition of a rule."""

    what = forms.ChoiceField(label=_("Condition"), widget=UnfoldAdminSelectWidget)
    is_negated = forms.ChoiceField(
        label=_("Comparison"),
        choices=NEGATIONS,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    value = forms.CharField(
        label=_("Words, answer, address or code"),
        max_length=300,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "For words, answers, mailboxes, languages (such as pt) and countries. All words must "
            "occur; “or” means either, “-” before a word excludes it, quotes mean a phrase, and "
            "“*” at the end also finds longer words."
        ),
    )

    class Meta:
        model = RuleCondition
        fields: ClassVar[list[str]] = ["is_negated", "value"]

    field_order = ("what", "is_negated", "value")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_negated"] = "on" if self.instance.is_negated else ""
        if self.instance.kind not in TYPED:
            self.initial["value"] = ""

    def list_groups(self, desk: Desk) -> list[Group]:
        kinds = ConditionKind
        statuses = [*AccountStatus.choices, (NO_ACCOUNT, _("No account"))]
        fields = FormField.objects.filter(desk=desk)
        groups: list[tuple[str, list[tuple[Any, Any]]]] = [
            (kinds.WORDS, [(scope.value, scope.label) for scope in WordScope]),
            (kinds.FIELD, [(field.pk, field.label) for field in fields]),
            (kinds.ACCOUNT_STATUS, statuses),
            (kinds.PLAN, list(Plan.objects.filter(desk=desk).values_list("pk", "name"))),
            (kinds.PRODUCT, list(Product.objects.filter(desk=desk).values_list("pk", "name"))),
            (kinds.CHANNEL, list(Channel.choices)),
            (kinds.SENDER, [(code, SENDERS[code]) for code in (VERIFIED, UNVERIFIED)]),
        ]
        typed = [(f"{kind.value}:", str(kind.label)) for kind in _list_other_typed()]
        return [*(_make_group(kind, choices) for kind, choices in groups), (gettext("More"), typed)]

    def get_what(self) -> str:
        row = self.instance
        named = row.plan_id or row.product_id or row.form_field_id
        if row.kind in TYPED:
            return f"{row.kind}:{named or row.scope}"
        return f"{row.kind}:{named or row.value}"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind, _colon, target = found.get("what", "").partition(":")
        if not kind:
            return found
        row = self.instance
        row.kind, row.scope = kind, target if kind == ConditionKind.WORDS else ""
        row.plan_id = int(target) if kind == ConditionKind.PLAN else None
        row.product_id = int(target) if kind == ConditionKind.PRODUCT else None
        row.form_field_id = int(target) if kind == ConditionKind.FIELD else None
        typed = found.get("value", "")
        try:
            value = _read_country(typed) if kind == ConditionKind.COUNTRY else typed
            found["value"] = clean_value(kind, value if kind in TYPED else target)
        except ValidationError as error:
            self.add_error("value", error.message_dict["value"])
        return found

    def clean_is_negated(self) -> bool:
        return bool(self.cleaned_data["is_negated"])


def _list_other_typed() -> list[ConditionKind]:
    kinds = ConditionKind
    return [kinds.MAILBOX, kinds.LANGUAGE, kinds.COUNTRY, kinds.TAG]


def _make_group(kind: str, choices: Sequence[tuple[Any, Any]]) -> Group:
    label = str(ConditionKind(kind).label)
    return label, [(f"{kind}:{code}", f"{label}: {name}") for code, name in choices]


def _read_country(typed: str) -> str:
    """Return the code of a country that was typed by code or name."""
    wanted = typed.strip().casefold()
    return next((code for code, name in list_countries() if name.casefold() == wanted), typed)


class ActionForm(PartForm):
    """An action of a rule."""

    what = forms.ChoiceField(label=_("Action"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = RuleAction
        fields: ClassVar[list[str]] = []

    def list_groups(self, desk: Desk) -> list[Group]:
        skills = [
            (f"{skill.pk}:{level.value}", f"{skill} ({level.label})")
            for skill in Skill.objects.filter(desk=desk)
            for level in SkillLevel
        ]
        priorities = Priority.objects.offered(desk=desk)
        groups: list[tuple[str, list[tuple[Any, Any]]]] = [
            (ActionKind.DEPARTMENT, [(d.pk, d) for d in Department.objects.filter(desk=desk)]),
            (ActionKind.LEVEL, desk.list_levels()),
            (ActionKind.SKILL, skills),
            (ActionKind.TAG, [(tag.pk, tag) for tag in Tag.objects.filter(desk=desk)]),
            (ActionKind.PRIORITY, [(one.pk, one) for one in priorities]),
        ]
        return [
            (label, [(f"{kind}:{code}", f"{label}: {name}") for code, name in choices])
            for kind, choices in groups
            for label in [str(ActionKind(kind).label)]
            if choices
        ]

    def get_what(self) -> str:
        row = self.instance
        if row.kind == ActionKind.SKILL:
            return f"{row.kind}:{row.skill_id}:{row.value}"
        named = row.department_id or row.tag_id or row.priority_id
        return f"{row.kind}:{named or row.value}"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind, _colon, target = found.get("what", "").partition(":")
        if not kind:
            return found
        target, _colon, level = target.partition(":")
        row = self.instance
        row.kind = kind
        row.department_id = int(target) if kind == ActionKind.DEPARTMENT else None
        row.tag_id = int(target) if kind == ActionKind.TAG else None
        row.priority_id = int(target) if kind == ActionKind.PRIORITY else None
        row.skill_id = int(target) if kind == ActionKind.SKILL else None
        row.value = target if kind == ActionKind.LEVEL else level
        return found


class ActionFormSet(ConflictGuardFormSet):
    """The actions of a rule: one department, level and priority at most."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        kinds = [form.instance.kind for form in kept if form.cleaned_data.get("what")]
        single = [kind for kind in kinds if kind not in (ActionKind.TAG, ActionKind.SKILL)]
        if len(single) != len(set(single)):
            raise ValidationError(
                gettext("A rule sets department, level and priority at most once.")
            )
