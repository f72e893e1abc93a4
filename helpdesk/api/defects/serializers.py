"""Defects as the API reads and writes them. Unknown input fields are errors."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent, Product, ProductLine
from helpdesk.agent.levels.forms import MAX_WHY
from helpdesk.api.defects.fields import (
    make_number,
    make_revision,
    make_text,
    name_fields,
)
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import AgentField, Reference, ReferenceField, RowField, refer
from helpdesk.api.serializers import Extras, StrictSerializer
from helpdesk.api.tickets.events import ActorOutput
from helpdesk.api.tickets.levels import RecordFields
from tickets.defects.updates.texts import get_stage_name
from tickets.models import (
    RECORD_FIELDS,
    Defect,
    DefectEvent,
    DefectFollower,
    DefectRelease,
    FollowerRole,
    Severity,
    Stage,
)


class DefectFields(RecordFields):
    """Editable fields of a defect. Those that are left out keep their values."""

    title = serializers.CharField(
        max_length=200, required=False, help_text=_("One line, for agents only.")
    )
    severity = serializers.ChoiceField(
        Severity.choices, required=False, help_text=_("How bad it is for the customers it affects.")
    )
    product = RowField(
        queryset=Product.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The product by id or name, or null for none."),
    )
    owner = AgentField(
        queryset=Agent.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text=_("The agent in R&D who owns it, by id or email address, or null."),
    )
    affected_versions = make_text(_("The versions that have the defect."), limit=200)
    workaround = make_text(_("A workaround that customers can read."))
    plan_text = make_text(_("The action plan that customers can read."))
    planned_version = make_text(_("The version that will have the fix."), limit=60)
    planned_line = RowField(
        queryset=ProductLine.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The product line that it is for, by id or name; null for all."),
    )
    planned_on = serializers.DateField(
        required=False, allow_null=True, help_text=_("The date on which the fix is planned.")
    )
    public_title = make_text(_("The title of the known issue in the portal."), limit=200)
    public_text = make_text(_("The text of the known issue in the portal."))
    is_published = serializers.BooleanField(
        required=False, help_text=_("True if customers can read the known issue in the portal.")
    )


class DefectInput(DefectFields):
    """A new defect, with the ticket that it was found in, if any."""

    title = serializers.CharField(max_length=200, help_text=_("One line, for agents only."))
    ticket = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text=_(
            "The number of the ticket that it was found in. It is linked, and what was gathered on "
            "it fills the fields that you leave out."
        ),
    )


class DefectChange(DefectFields):
    """A change of a defect."""

    revision = make_revision()


class StageInput(StrictSerializer):
    """A move of a defect to another stage."""

    stage = serializers.ChoiceField(Stage.choices, help_text=_("The new stage."))
    why = make_text(_("The reason, for agents only."), limit=MAX_WHY)
    revision = make_revision()


class ReleaseInput(StrictSerializer):
    """A version with the fix."""

    version = serializers.CharField(max_length=60, help_text=_("The version."))
    url = serializers.URLField(
        max_length=500, required=False, allow_blank=True, help_text=_("Where to download it.")
    )
    line = RowField(
        queryset=ProductLine.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("The product line that it is for, by id or name; null for all."),
    )
    revision = make_revision()


class MergeInput(StrictSerializer):
    """The defect that another one is a duplicate of."""

    into = serializers.CharField(max_length=40, help_text=_("Its key, such as RC-D12."))
    revision = make_revision()


class LinkInput(StrictSerializer):
    """A ticket that a defect causes."""

    ticket = make_number(_("The number of the ticket."))


class UnlinkInput(StrictSerializer):
    """The reason for removing a ticket's link."""

    why = serializers.CharField(max_length=MAX_WHY, help_text=_("The reason, for agents only."))


class FollowerInput(StrictSerializer):
    """An agent who is to follow a defect."""

    agent = make_number(_("The id of the agent."))
    role = serializers.ChoiceField(
        FollowerRole.choices, help_text=_("The part of the company that the agent represents.")
    )


class FollowerOutput(serializers.ModelSerializer[DefectFollower]):
    """An agent who is notified about a defect."""

    agent = ReferenceField("agent", help_text=_("The agent."))

    class Meta:
        model = DefectFollower
        fields = ("agent", "role")
        extra_kwargs: ClassVar[Extras] = {
            "role": {"help_text": _("The part of the company that the agent represents.")}
        }


class ReleaseOutput(serializers.ModelSerializer[DefectRelease]):
    """A version with the fix."""

    line = ReferenceField(
        "product_line", help_text=_("The product line that it is for; null for all.")
    )

    class Meta:
        model = DefectRelease
        fields = ("version", "line", "url", "released_at")
        extra_kwargs: ClassVar[Extras] = {
            "version": {"help_text": _("The version.")},
            "url": {"help_text": _("Where to download it.")},
            "released_at": {"help_text": _("When it was entered.")},
        }


class LinkedTicketOutput(serializers.Serializer[Any]):
    """A ticket that a defect causes."""

    number = serializers.IntegerField(help_text=_("The number of the ticket."))
    reference = serializers.CharField(help_text=_("The number with the desk's prefix."))
    subject = serializers.CharField(help_text=_("The subject of the ticket."))
    account = ReferenceField("account", help_text=_("The requester's account, or null."))


class DefectEventOutput(serializers.ModelSerializer[DefectEvent]):
    """Something that happened to a defect."""

    actor = serializers.SerializerMethodField(help_text=_("Who caused it."))

    class Meta:
        model = DefectEvent
        fields = ("id", "kind", "at", "actor", "data")
        extra_kwargs: ClassVar[Extras] = {
            "kind": {"help_text": _("What happened.")},
            "at": {"help_text": _("When it happened.")},
            "data": {"help_text": _("The details, which depend on the kind.")},
        }

    @extend_schema_field(ActorOutput)
    def get_actor(self, event: DefectEvent) -> Any:
        return {"kind": event.actor_kind, "id": event.actor_id, "name": event.actor_name}


class DefectOutput(serializers.ModelSerializer[Defect]):
    """A defect. Everything but the public texts and the plan is internal."""

    key = serializers.CharField(help_text=_("The number with the desk's prefix, such as RC-D12."))
    stage_name = serializers.SerializerMethodField(help_text=_("The desk's name of the stage."))
    product = ReferenceField("product", help_text=_("The product, or null."))
    owner = ReferenceField("agent", help_text=_("Its owner in R&D, or null."))
    planned_line = ReferenceField(
        "product_line", help_text=_("The product line that it is for; null for all.")
    )
    duplicate_of = serializers.SerializerMethodField(
        help_text=_("The defect that it was merged into, or null.")
    )
    why_this_rank = serializers.JSONField(
        source="rank_facts",
        help_text=_("The factors of the rank: severity, impact, promise; and accounts by plan."),
    )

    class Meta:
        model = Defect
        fields = (
            "number",
            "key",
            "title",
            "severity",
            "stage",
            "stage_name",
            "stage_since",
            "product",
            "affected_versions",
            "owner",
            "duplicate_of",
            *RECORD_FIELDS,
            "workaround",
            "plan_text",
            "planned_version",
            "planned_line",
            "planned_on",
            "is_published",
            "public_title",
            "public_text",
            "rank",
            "why_this_rank",
            "tickets_hit",
            "accounts_hit",
            "users_hit",
            "oldest_due_at",
            "created_at",
            "updated_at",
            "revision",
        )
        extra_kwargs: ClassVar[Extras] = name_fields(
            Defect,
            fields,
            number=_("Its number at this desk."),
            rank=_("The higher, the sooner engineering works on it."),
            revision=_("Grows with each change. Send the one you read with your changes."),
        )

    def get_stage_name(self, defect: Defect) -> str:
        settings = self.context.get("stage_settings", {})
        return get_stage_name(defect.stage, settings.get(defect.stage))

    @extend_schema_field(Reference(allow_null=True))
    def get_duplicate_of(self, defect: Defect) -> dict[str, Any] | None:
        if defect.duplicate_of is None:
            return None
        defect.duplicate_of.desk = defect.desk  # which is loaded
        return refer("defect", defect.duplicate_of)
