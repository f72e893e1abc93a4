"""Lists of the admin site that are put in order by dragging rows or by typing their places."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import modelformset_factory
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin


def _get_field(row: Any) -> str:
    [name] = row._meta.fields
    return str(name)


class PlaceForm(forms.ModelForm):
    """The place of a row of the list. It has changed if its new place differs from the stored."""

    new_place: int | None = None  # set by PlaceOrder

    def has_changed(self) -> bool:
        if self.new_place is None:
            return super().has_changed()
        return bool(self.new_place != self.initial[_get_field(self)])


class PlaceOrder(forms.BaseModelFormSet):
    """The places of the list. Any numbers make an order: they are saved as 1, 2, 3 and so on.

    A row that got the number of another one goes before it: 1 makes it the first.
    """

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        for place, row in enumerate(sorted(self.forms, key=self.get_sort_key), start=1):
            name = _get_field(row)
            setattr(row.instance, name, place)
            row.cleaned_data[name] = place
            cast(PlaceForm, row).new_place = place

    def get_sort_key(self, row: Any) -> tuple[Any, ...]:
        """Return what rows are sorted by: the typed number, then those that were moved first."""
        name = _get_field(row)
        typed, before = row.cleaned_data[name], row.initial[name]
        return typed, typed == before, before


class OrderedAdmin(DeskModelAdmin):
    """Rows whose order is stored in ``ordering_field``, which the list edits."""

    place_order: type[PlaceOrder] = PlaceOrder
    place_label: Any = None  # for screen readers, where the column's heading isn't enough

    def get_changelist_formset(self, request: AdminRequest, **kwargs: Any) -> Any:
        attrs = {"aria-label": self.place_label} if self.place_label else None
        return modelformset_factory(
            self.model,
            PlaceForm,
            formset=self.place_order,
            fields=[self.ordering_field],
            extra=0,
            widgets={self.ordering_field: UnfoldAdminIntegerFieldWidget(attrs)},
        )
