"""Merging of a tag into another one of the desk."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.configuration.setting_rows import SettingRowView
from helpdesk.api.configuration.ticket_settings import TagSerializer, TagsView
from helpdesk.api.references import RowField
from helpdesk.api.serializers import StrictSerializer, read_input
from sla.models import ReplanCause, ReplanScope
from sla.replanning import change_settings
from tickets.models import Tag
from tickets.services.merged_tags import merge_tag


class TagMergeInput(StrictSerializer):
    """The tag that stays."""

    into = RowField(queryset=Tag.objects.all(), help_text=_("The tag that stays, by id or name."))


class TagMergeView(TagsView, SettingRowView):
    parameter = "tag_id"
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="merge_tag",
        summary=_("Merge a tag into another"),
        description=_(
            "Gives the tickets of a tag another tag instead, lets rules, macros, views, webhooks "
            "and SLA policies follow, and deletes the tag. Open tickets keep their deadlines. This "
            "can't be undone. Returns the tag that stays. For desk admins."
        ),
        request=TagMergeInput,
        responses=TagSerializer,
    )
    def post(self, request: Request, **_ids: Any) -> Response:
        """Merge a tag into another."""
        tag: Tag = self.get_row()
        into: Tag = read_input(TagMergeInput, request.data)["into"]
        at = timezone.now()
        change_settings(
            desk_id=self.agent.desk_id,
            by=self.agent.name,
            cause=ReplanCause.POLICY,
            scope=ReplanScope.NEW,
            change=lambda: merge_tag(tag=tag, into=into, by=self.agent, at=at),
            at=at,
            subject=tag.name,
        )
        return self.show(into.pk)
