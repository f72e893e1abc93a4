"""Macros: an agent's own, and those that leads and admins share."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.models import Resource
from helpdesk.api.base import IsAgent
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    PagedListView,
    SettingView,
)
from helpdesk.api.linked_rows import AGENTS, DEPARTMENTS, make_link
from helpdesk.api.serializers import StrictSerializer
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.errors import InvalidValueError
from tickets.macros.access import list_macros
from tickets.macros.acts import MAX_HOLD_DAYS, MAX_TAGS, ME, MOVES, NOBODY, Acts
from tickets.macros.saving import MacroContent, change_macro, create_macro, delete_macro
from tickets.models import Macro, Priority

MAX_TAG = 40


def make_tags(help_text: Any) -> serializers.ListField:
    """Return a field of names of tags, which needn't exist yet."""
    child = serializers.CharField(max_length=MAX_TAG)
    return serializers.ListField(
        child=child, max_length=MAX_TAGS, default=list, help_text=help_text
    )


class ActsSerializer(StrictSerializer):
    """What a macro changes. Fields that are left out keep their values."""

    department = make_link(DEPARTMENTS, _("The new department, or null."), default=None)
    priority = make_link(Priority.objects.all(), _("The new priority, or null."), default=None)
    assigns_to = serializers.ChoiceField(
        [(ME, _("The agent who applies the macro")), (NOBODY, _("Unassigned"))],
        allow_null=True,
        default=None,
        help_text=_("Who gets the ticket, if not a specific agent."),
    )
    assignee = make_link(AGENTS, _("The agent who gets the ticket, or null."), default=None)
    add_tags = make_tags(_("Names of tags to add."))
    remove_tags = make_tags(_("Names of tags to remove."))
    note = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, allow_blank=True, default="", help_text=_("An internal note.")
    )
    hold_days = serializers.IntegerField(
        min_value=0,
        max_value=MAX_HOLD_DAYS,
        default=0,
        help_text=_("Days to put the ticket on hold; 0 for no hold."),
    )
    hold_reason = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text=_("Why it is on hold; internal.")
    )
    status = serializers.ChoiceField(
        [*MOVES], allow_blank=True, default="", help_text=_("The new status, or empty.")
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["assigns_to"] and given["assignee"]:
            text = _("Give either an agent or “assigns_to”, not both.")
            raise serializers.ValidationError({"assignee": [text]})
        return given


def read_acts(given: dict[str, Any]) -> Acts:
    """Return the acts of valid input."""
    rows = {name: given[name] and given[name].pk for name in ("department", "priority", "assignee")}
    return Acts(
        **{**rows, "assignee": given["assigns_to"] or rows["assignee"]},
        add_tags=tuple(given["add_tags"]),
        remove_tags=tuple(given["remove_tags"]),
        note=given["note"].strip(),
        hold_days=given["hold_days"],
        hold_reason=given["hold_reason"],
        status=given["status"],
    )


class MacroSerializer(StrictSerializer):
    """A prepared reply and prepared changes of a ticket."""

    id = serializers.IntegerField(read_only=True, help_text=_("The macro's id."))
    name = serializers.CharField(max_length=80, help_text=_("The macro's name."))
    is_shared = serializers.BooleanField(
        default=False,
        help_text=_(
            "True for a macro that all agents can use. It can't be changed later. For leads and "
            "admins."
        ),
    )
    department = make_link(DEPARTMENTS, _("Only for tickets of this department, or null for all."))
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        allow_blank=True,
        default="",
        help_text=_("The reply, with placeholders. Nothing is sent automatically."),
    )
    texts = serializers.DictField(
        child=serializers.CharField(max_length=MAX_TEXT_LENGTH, allow_blank=True),
        default=dict,
        help_text=_("The reply in other languages, by language, such as “de”."),
    )
    changes = ActsSerializer(required=False, help_text=_("What the macro changes on the ticket."))
    uses = serializers.IntegerField(read_only=True, help_text=_("How often it was used."))
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text=_("The version you read. Returns 409 if there is a newer one."),
    )


class MacrosView(SettingView):
    """Macros that the agent may see. Whoever may use the pages of macros may write them."""

    permission_classes = [IsAgent]
    model = Macro
    serializer_class = MacroSerializer
    resource = Resource.TICKETS

    def get_rows(self) -> QuerySet[Macro]:
        return list_macros(self.agent).select_related("department").order_by("-pk")

    @cached_property
    def rows_by_id(self) -> dict[str, dict[int, Any]]:
        """The rows that the changes of macros can name, by field and id."""
        desk = self.agent.desk_id
        return {
            "department": DEPARTMENTS.filter(desk=desk).in_bulk(),
            "priority": Priority.objects.filter(desk=desk).in_bulk(),
            "assignee": AGENTS.filter(desk=desk).in_bulk(),
        }

    def describe(self, row: Macro) -> dict[str, Any]:
        shown = {
            "id": row.pk,
            "name": row.name,
            "is_shared": row.owner_id is None,
            "department": row.department,
            "text": row.text,
            "texts": {code: texts["text"] for code, texts in row.translations.items()},
            "changes": self._describe_acts(Acts.from_json(row.acts)),
            "uses": row.uses,
            "version": row.version,
        }
        return dict(self.make_serializer(shown).data)

    def _describe_acts(self, acts: Acts) -> dict[str, Any]:
        named = {name: rows.get(getattr(acts, name) or 0) for name, rows in self.rows_by_id.items()}
        fixed = acts.assignee if acts.assignee in (ME, NOBODY) else None
        return {**asdict(acts), **named, "assigns_to": fixed}

    def write(self, row: Macro, values: dict[str, Any]) -> None:
        stored = {} if row.pk is None else self._read_stored(row)
        given = {**stored, **values}
        content = MacroContent(
            name=given["name"],
            text=given["text"],
            texts=given["texts"],
            acts=read_acts(given["changes"]) if "changes" in given else given.get("acts", Acts()),
            department=given.get("department"),
        )
        try:
            self._save(row, content, given)
        except InvalidValueError as error:
            is_act = error.field in ActsSerializer().fields
            raise InvalidValueError(_find_place(error.field, is_act), str(error)) from None

    def _read_stored(self, row: Macro) -> dict[str, Any]:
        texts = {code: texts["text"] for code, texts in row.translations.items()}
        acts = Acts.from_json(row.acts)
        kept = {"name": row.name, "text": row.text, "department": row.department}
        return {**kept, "texts": texts, "acts": acts}

    def _save(self, row: Macro, content: MacroContent, given: dict[str, Any]) -> None:
        if row.pk is None:
            is_shared = given["is_shared"]
            row.pk = create_macro(agent=self.agent, content=content, is_shared=is_shared).pk
            return
        if given.get("is_shared", row.owner_id is None) != (row.owner_id is None):
            text = gettext("This can't be changed later. Add a new macro instead.")
            raise InvalidValueError("is_shared", text)
        version = given.get("version")
        change_macro(macro_id=row.pk, agent=self.agent, content=content, version=version)

    def remove(self, row: Macro) -> None:
        delete_macro(macro_id=row.pk, agent=self.agent)


def _find_place(field: str, is_act: bool) -> str:
    """Return the field of the API for a field of the service's errors."""
    if field.startswith("text_"):
        return f"texts.{field.removeprefix('text_')}"
    return f"changes.{field}" if is_act and field != "department" else field


@extend_schema_view(
    get=extend_schema(
        operation_id="list_macros",
        summary=_("List macros"),
        description=_("Returns your own macros and the shared ones, newest first."),
        responses=MacroSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_macro",
        summary=_("Add a macro"),
        description=_("Adds a macro of your own, or a shared one if you are a lead or an admin."),
        responses={201: MacroSerializer},
    ),
)
class MacroListView(MacrosView, PagedListView):
    """Own and shared macros."""


@extend_schema_view(
    get=extend_schema(
        operation_id="show_macro",
        summary=_("Show a macro"),
        description=_("Returns a macro with its reply and what it changes."),
    ),
    patch=extend_schema(
        operation_id="change_macro",
        summary=_("Change a macro"),
        description=_(
            "Changes the given fields; “changes” and “texts” are replaced as a whole. Leads and "
            "admins change shared macros."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_macro",
        summary=_("Delete a macro"),
        description=_("Deletes a macro. What it did to tickets stays."),
        responses={204: None},
    ),
)
class MacroView(MacrosView, ChangeableRowView):
    """One macro."""

    parameter = "macro_id"
