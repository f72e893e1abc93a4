"""Forms about defects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Desk, Level, Product, ProductLine, Role
from helpdesk.agent.levels.forms import MAX_WHY, make_record_field
from helpdesk.shared.fields import LineField, TextField, make_token_field
from tickets.defects.creating import OWN_FIELDS
from tickets.defects.followers.following import guess_role
from tickets.models import RECORD_FIELDS, Defect, FollowerRole, Severity

LINE = {"dir": "auto"}
PUBLIC_TEXTS = ("public_title", "public_text")
PUBLIC_FIELDS = (*PUBLIC_TEXTS, "is_published")
PLAN_FIELDS = ("plan_text", "planned_version", "planned_line", "planned_on")


def make_line(label: Any, max_length: int, **more: Any) -> LineField:
    """Return a field of one line."""
    widget = forms.TextInput(attrs=LINE)
    return LineField(label=label, max_length=max_length, widget=widget, **more)


def make_text(label: Any, rows: int, **more: Any) -> TextField:
    """Return a field of several lines, which may be empty."""
    widget = forms.Textarea(attrs={"rows": rows, **LINE})
    return TextField(label=label, required=False, widget=widget, **more)


def list_writers(desk: Desk) -> QuerySet[Agent]:
    """Return the active agents of a desk who can change tickets, by name."""
    active = Agent.objects.filter(desk=desk, is_active=True)
    return active.exclude(role=Role.OBSERVER).order_by("name", "pk")


def _list_owners(desk: Desk, defect: Defect | None) -> QuerySet[Agent]:
    """Return the agents who can own a defect, those of R&D first, and the one who does."""
    owner = Agent.objects.filter(desk=desk, pk=(defect and defect.owner_id) or 0)
    found = (list_writers(desk) | owner).alias(is_other=~Q(level=Level.RND))
    return found.order_by("is_other", "name", "pk")


class OwnerField(forms.ModelChoiceField):
    """An agent with their level, as the owner of a defect is usually in R&D."""

    desk: Desk

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {self.desk.word_for_level(obj.level)}"


def list_lines(desk: Desk, defect: Defect | None) -> QuerySet[ProductLine]:
    """Return the product lines that a fix can be planned or released for, and the one it is."""
    lines = ProductLine.objects.filter(desk=desk).select_related("product")
    if defect is None:
        return lines.filter(is_supported=True)
    if defect.product_id:
        lines = lines.filter(product=defect.product_id)
    return lines.filter(Q(is_supported=True) | Q(pk=defect.planned_line_id))


class RevisionForm(forms.Form):
    """A form about a defect as its page showed it.

    revision: of the defect then, so that nobody overwrites a newer change without seeing it.
    """

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, defect: Defect | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.defect = defect
        self.initial.setdefault("revision", defect.revision if defect else 0)

    def accept_newer(self, current: Defect) -> None:
        """Show the form again for a newer revision: sent once more, it has seen that one."""
        self.data = {**self.data.dict(), "revision": str(current.revision)}  # type: ignore[attr-defined]  # a QueryDict
        for name, value in self.cleaned_data.items():
            if hasattr(current, name) and name != "revision" and getattr(current, name) != value:
                self._name_current(name, getattr(current, name))

    def _name_current(self, name: str, value: Any) -> None:
        """Say below a field what it is by now."""
        shown = escape(value) if value else gettext("empty")
        text = gettext("Current value: %(value)s") % {"value": shown}
        self[name].help_text = mark_safe(text)  # noqa: S308 (the value is escaped)


class PlanForm(RevisionForm):
    """The action plan, which customers read (M101)."""

    plan_text = make_text(
        _("Action plan for customers"), 4, help_text=_("Customers get this text word for word.")
    )
    planned_version = make_line(_("Planned version"), 60, required=False)
    planned_line = forms.ModelChoiceField(
        ProductLine.objects.none(),
        label=_("Product line"),
        required=False,
        empty_label=_("All product lines"),
        help_text=_("Customers on other lines aren't told this version and date."),
    )
    planned_on = forms.DateField(
        label=_("Planned date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, desk: Desk, defect: Defect | None = None, **kwargs: Any) -> None:
        super().__init__(*args, defect=defect, **kwargs)
        lines = list_lines(desk, defect)
        field: Any = self.fields["planned_line"]
        field.queryset = lines
        if not lines.exists():
            del self.fields["planned_line"]
        if defect:
            for name in PLAN_FIELDS:
                self.initial.setdefault(name, getattr(defect, name))

    def get_plan(self) -> dict[str, Any]:
        """Return the plan as it was entered."""
        return {name: self.cleaned_data[name] for name in PLAN_FIELDS if name in self.fields}


class DefectForm(PlanForm):
    """The texts and facts of a defect, with its troubleshooting record (M60-M63)."""

    field_order = ("title", "severity", "product", "affected_versions", "owner", "workaround")
    title = make_line(_("Title"), 200, help_text=_("In your own words. Customers don't see it."))
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.MODERATE.value
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label=_("Product"), required=False, empty_label=_("Not set")
    )
    affected_versions = make_line(_("Affected versions"), 200, required=False)
    owner = OwnerField(
        Agent.objects.none(),
        label=_("Owner in R&D"),
        required=False,
        empty_label=_("Nobody yet"),
    )
    workaround = make_text(
        _("Workaround for customers"),
        3,
        help_text=_("Customers can read this in updates and in the portal."),
    )

    def __init__(self, *args: Any, desk: Desk, defect: Defect | None = None, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, defect=defect, **kwargs)
        for name in RECORD_FIELDS:
            self.fields[name] = make_record_field(name)
        choices: Any = self.fields
        choices["product"].queryset = Product.objects.filter(desk=desk)
        choices["owner"].desk = desk
        choices["owner"].queryset = _list_owners(desk, defect)
        if not choices["product"].queryset.exists():
            del self.fields["product"]
        if defect is None:
            self.fields["form_token"] = make_token_field()
            return
        for name in self.list_names():
            self.initial.setdefault(name, getattr(defect, name))

    def list_names(self) -> list[str]:
        """Return the names of the defect's fields on the form."""
        public = set(PUBLIC_FIELDS)
        return [name for name in self.fields if name in {*OWN_FIELDS, *RECORD_FIELDS} - public]

    def get_values(self) -> dict[str, Any]:
        """Return what was entered, by field of the defect."""
        return {name: self.cleaned_data[name] for name in self.list_names()}

    def list_own_fields(self) -> list[BoundField]:
        """Return the defect's own fields, for the template."""
        own = set(OWN_FIELDS) - set(PLAN_FIELDS)
        return [field for field in self if field.name in own]

    def list_plan_fields(self) -> list[BoundField]:
        """Return the fields of the plan, for the template."""
        return [self[name] for name in PLAN_FIELDS if name in self.fields]

    def list_record_fields(self) -> list[BoundField]:
        """Return the fields of what was gathered, for the template."""
        return [self[name] for name in RECORD_FIELDS]


class MoveForm(PlanForm):
    """A move to another stage: the reason, and the plan if the stage tells of it."""

    field_order = (*PLAN_FIELDS, "why")
    why = LineField(
        label=_("Reason"),
        max_length=MAX_WHY,
        required=False,
        widget=forms.TextInput(attrs=LINE),
        help_text=_("Kept in the defect's history. Customers don't see it."),
    )

    def __init__(self, *args: Any, has_plan: bool, **kwargs: Any) -> None:
        """has_plan: the stage tells customers of the plan."""
        super().__init__(*args, **kwargs)
        self.has_plan = has_plan
        if not has_plan:
            for name in PLAN_FIELDS:
                self.fields.pop(name, None)


class ReleaseForm(RevisionForm):
    """A version with the fix, for a product line or for all (M103)."""

    ALL_LINES = "all"

    version = make_line(_("Version"), 60)
    line = forms.ChoiceField(
        label=_("Product line"),
        help_text=_("Customers hear about the fix when their own line has it."),
    )
    url = forms.URLField(
        label=_("Download link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )

    def __init__(self, *args: Any, defect: Defect, **kwargs: Any) -> None:
        super().__init__(*args, defect=defect, **kwargs)
        self._lines = {str(line.pk): line for line in list_lines(defect.desk, defect)}
        named = [(key, str(line)) for key, line in self._lines.items()]
        field: Any = self.fields["line"]
        # Nothing but the planned line is chosen beforehand: "all" tells the most customers.
        field.choices = [("", "---------"), *named, (self.ALL_LINES, _("All product lines"))]
        if not named:
            del self.fields["line"]
        if not defect.releases.filter(version=defect.planned_version).exists():
            self.initial.setdefault("version", defect.planned_version)
            self.initial.setdefault("line", defect.planned_line_id or "")

    def clean_line(self) -> ProductLine | None:
        """Return the chosen line, or None for all of them."""
        return self._lines.get(self.cleaned_data["line"])


class UnlinkForm(forms.Form):
    """The reason why a ticket isn't caused by a defect."""

    why = LineField(
        label=_("Reason"),
        max_length=MAX_WHY,
        widget=forms.TextInput(attrs=LINE),
        help_text=_("Kept in the history. The customer doesn't see it."),
    )


class NoteForm(forms.Form):
    """An internal note on a defect."""

    text = TextField(label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3, **LINE}))


class DefectFollowerForm(forms.Form):
    """A follower of a defect: the agent themselves or a colleague, and their role (M100)."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Agent"), empty_label=None)
    role = forms.ChoiceField(label=_("Role"), choices=FollowerRole.choices)

    def __init__(
        self, *args: Any, by: Agent, following: Collection[int] = (), **kwargs: Any
    ) -> None:
        """by: the agent who fills it in. following: agents who aren't offered."""
        super().__init__(*args, **kwargs)
        agents = Agent.objects.filter(desk=by.desk, is_active=True).exclude(pk__in=following)
        if not by.can_write:
            agents = agents.filter(pk=by.pk)
        field: Any = self.fields["agent"]
        field.queryset = agents.order_by("name", "pk")
        self.initial.setdefault("agent", by.pk)
        self.initial.setdefault("role", guess_role(by).value)
