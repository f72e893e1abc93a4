"""The form of a saved view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, Department
from helpdesk.agent.lists.filters import list_sorts
from helpdesk.agent.lists.groupings import list_groupings
from helpdesk.agent.lists.list_parameters import MAX_QUERY, ListParameters
from helpdesk.agent.lists.own_filters import list_column_choices
from helpdesk.shared.fields import LineField
from helpdesk.shared.numbers import parse_number
from tickets.models import Column, Grouping, SavedView
from tickets.rules.sharing import can_share
from tickets.saved_views.saving import ViewValues

ME, EVERYONE = "me", "everyone"


class ViewForm(forms.Form):
    """A name for a list, who sees it, and how it looks. The list itself is in ``list``."""

    name = LineField(label=_("Name"), max_length=60)
    shared_with = forms.ChoiceField(label=_("Visible to"))
    sort = forms.ChoiceField(label=_("Sort by"))
    grouping = forms.ChoiceField(label=_("Group by"), required=False)
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Priority, number and subject are always shown. Up to three ticket fields can be "
            "columns, too."
        ),
    )
    list = forms.CharField(required=False, max_length=MAX_QUERY, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, agent: Agent, parameters: ListParameters, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["shared_with"].choices = _list_audiences(agent)  # type: ignore[attr-defined]
        sorts = [(sort.value, sort.label) for sort in list_sorts(parameters.view)]
        self.fields["sort"].choices = sorts  # type: ignore[attr-defined]
        own = list_column_choices(self.initial.get("columns", ()), agent.desk)
        self.fields["columns"].choices = [*Column.choices, *own]  # type: ignore[attr-defined]
        groupings = [(name, Grouping(name).label) for name in list_groupings(parameters.view)]
        self.fields["grouping"].choices = groupings  # type: ignore[attr-defined]

    def get_values(self, parameters: ListParameters) -> ViewValues:
        """Return what is to be saved of a list."""
        given = self.cleaned_data
        shared_with = given["shared_with"]
        return ViewValues(
            name=given["name"],
            base=parameters.view,
            conditions=parameters.filters,
            columns=tuple(given["columns"]),
            sort=given["sort"],
            grouping=given["grouping"],
            is_shared=shared_with != ME,
            department_id=parse_number(shared_with),
        )


def describe_view(view: SavedView) -> dict[str, Any]:
    """Return a view's values as the form has them."""
    audience = str(view.department_id) if view.department_id else EVERYONE
    return {
        "name": view.name,
        "shared_with": audience if view.is_shared else ME,
        "sort": view.sort,
        "grouping": view.grouping,
        "columns": view.columns,
    }


def _list_audiences(agent: Agent) -> list[tuple[str, Any]]:
    own = (ME, pgettext_lazy("visible to", "Only me"))
    if not can_share(agent):
        return [own]
    departments = Department.objects.filter(desk_id=agent.desk_id).order_by("position", "name")
    named = [
        (str(pk), _("Members of %(department)s") % {"department": name})
        for pk, name in departments.values_list("pk", "name")
    ]
    return [own, (EVERYONE, _("All agents")), *named]
