"""What tickets can have: tags, reasons for closing, and the desk's own fields."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.setting_rows import SettingView
from helpdesk.api.linked_rows import DEPARTMENTS, PRODUCTS, make_link
from tickets.fields.checks import find_field_errors
from tickets.models import ClosingReason, FormField, Tag
from tickets.models.forms import MAX_LINE
from tickets.services.renamed_tags import rename_tag

MAX_CHOICES = 200
REASON_FIELDS = ("name", "is_solution", "is_active")
ASKING = ("help_text", "is_asked", "is_required", "required_for")
FIELD_FIELDS = ("key", "label", "kind", *ASKING, "shown_value", "is_retired", "position")


class TagSerializer(RowSerializer):
    """A tag of the desk."""

    class Meta:
        model = Tag
        fields = ("id", "name")
        extra_kwargs = describe_fields(Tag, ("name",))


class TagsView(SettingView):
    model = Tag
    serializer_class = TagSerializer

    def save(self, row: Tag, fields: list[str] | None) -> None:
        if fields is None:
            super().save(row, fields)
        else:
            rename_tag(tag=row, by=self.agent, at=timezone.now())


class ClosingReasonSerializer(RowSerializer):
    """The desk's own reason for closing a ticket, besides the built-in ones."""

    class Meta:
        model = ClosingReason
        fields = ("id", *REASON_FIELDS)
        extra_kwargs = describe_fields(ClosingReason, REASON_FIELDS)


class ClosingReasonsView(SettingView):
    model = ClosingReason
    serializer_class = ClosingReasonSerializer


class TicketFieldSerializer(RowSerializer):
    """A field that the desk has added to its tickets."""

    choices = serializers.ListField(
        child=serializers.CharField(max_length=MAX_LINE),
        max_length=MAX_CHOICES,
        required=False,
        help_text=_("The choices of a field of the kind “select”."),
    )
    department = make_link(DEPARTMENTS, _("Only for tickets of this department, or null for all."))
    product = make_link(PRODUCTS, _("Only for tickets about this product, or null for all."))
    shown_if = make_link(
        FormField.objects.all(),
        _("Shown only if this other field has “shown_value”. Null for always."),
        by="key",
    )

    class Meta:
        model = FormField
        fields = ("id", *FIELD_FIELDS, "choices", "department", "product", "shown_if")
        extra_kwargs = describe_fields(FormField, FIELD_FIELDS)


class TicketFieldsView(SettingView):
    model = FormField
    serializer_class = TicketFieldSerializer
    related = ("department", "product", "shown_if")
    key = "key"

    def check(self, row: FormField, stored: FormField | None) -> None:
        if found := find_field_errors(row, stored):
            raise ValidationError({name or self.key: text for name, text in found.items()})


TICKET_SETTINGS = [
    *build_paths(
        TagsView,
        place="tags",
        one="tag",
        many="tags",
        texts=Texts(
            list=_("List tags"),
            add=_("Add a tag"),
            show=_("Show a tag"),
            change=_("Rename a tag"),
            delete=_("Delete a tag"),
            about=_("The tags that tickets of this desk can have, by name."),
            changing=_("Tickets and rules keep the tag under its new name. For desk admins."),
            deleting=_(
                "Removes the tag from all tickets. Returns 409 while a rule or an SLA policy uses "
                "it. For desk admins."
            ),
        ),
    ),
    *build_paths(
        ClosingReasonsView,
        place="closing-reasons",
        one="closing_reason",
        many="closing_reasons",
        texts=Texts(
            list=_("List reasons for closing"),
            add=_("Add a reason for closing"),
            show=_("Show a reason for closing"),
            change=_("Change a reason for closing"),
            delete=_("Delete a reason for closing"),
            about=_("The desk's own reasons for closing tickets, besides the built-in ones."),
        ),
    ),
    *build_paths(
        TicketFieldsView,
        place="ticket-fields",
        one="field",
        many="fields",
        texts=Texts(
            list=_("List ticket fields"),
            add=_("Add a ticket field"),
            show=_("Show a ticket field"),
            change=_("Change a ticket field"),
            delete=_("Delete a ticket field"),
            about=_("The fields that the desk has added to its tickets, in their order."),
            deleting=_(
                "Returns 409 while tickets have a value in this field. Retire it instead: "
                "tickets keep their values. For desk admins."
            ),
        ),
    ),
]
