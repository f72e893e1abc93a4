"""The admin pages of tags."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from tickets.models import Tag
from tickets.services.merged_tags import merge_tag
from tickets.services.renamed_tags import rename_tag


class TagForm(DeskForm):
    """A tag. With the name of another tag and a confirmation, this one is merged into that."""

    merges = forms.BooleanField(
        label=_("Merge into the tag with this name"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_(
            "To merge this tag into another one, enter the other tag's name and select this. "
            "Tickets, rules, macros, views and webhooks follow. This can't be undone."
        ),
    )
    into: Tag | None = None

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and values.get("merges") and values.get("name"):
            others = Tag.objects.filter(desk=self.instance.desk_id).exclude(pk=self.instance.pk)
            self.into = others.filter(name__iexact=values["name"]).first()
            if self.into is None:
                self.add_error("name", gettext("There is no other tag with this name."))
        return values

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out the name's uniqueness for a merge: it is that of the tag that stays."""
        return super()._get_validation_exclusions() | ({"name"} if self.into else set())


@admin.register(Tag)
class TagAdmin(DeskModelAdmin):
    """Tags. Deleting one removes it from all tickets, unless a rule or a policy uses it."""

    form = TagForm
    list_display: ClassVar[list[str]] = ["name"]
    search_fields: ClassVar[list[str]] = ["name__istartswith"]

    def get_fields(self, request: AdminRequest, obj: Tag | None = None) -> list[str]:
        return ["name", "merges"] if obj else ["name"]

    def save_model(self, request: AdminRequest, obj: Tag, form: Any, change: bool) -> None:
        by, at = request.agent or request.user, timezone.now()
        if not change:
            super().save_model(request, obj, form, change)
        elif form.into is not None:
            obj.pk = merge_tag(tag=obj, into=form.into, by=by, at=at).pk
        else:
            rename_tag(tag=obj, by=by, at=at)

    def construct_change_message(
        self, request: AdminRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        """Return the changes for the audit log. A merge has written its own entry."""
        if form.into is not None:
            return {}
        return super().construct_change_message(request, form, formsets, add)

    def response_change(self, request: AdminRequest, obj: Tag) -> HttpResponse:
        """Go on to the list after a merge: the page's own tag is gone."""
        match = request.resolver_match
        if match and match.kwargs["object_id"] != str(obj.pk):
            self.message_user(request, gettext("The tags were merged."))
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)
