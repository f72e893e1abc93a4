"""A desk's configuration as one file: shown, planned and applied (helpdesk/desk_files/)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from helpdesk.api.access.grants import get_grant
from helpdesk.api.base import DeskView
from helpdesk.api.configuration.desk import GUARDED, describe_guarded
from helpdesk.api.serializers import StrictSerializer
from helpdesk.desk_files.applying import (
    Plan,
    apply_file,
    get_fingerprint,
    plan_file,
    show_configuration,
)
from helpdesk.desk_files.reading import MAX_BYTES, DeskFile, FileError, read_file
from helpdesk.desk_files.writing import write_yaml

FINGERPRINT = _("A digest of the configuration before the changes.")


class ConfigurationOutput(serializers.Serializer[Any]):
    """The configuration of the desk."""

    yaml = serializers.CharField(help_text=_("The configuration as YAML."))
    fingerprint = serializers.CharField(help_text=_("A digest of the configuration."))


class ConfigurationInput(StrictSerializer):
    """A configuration to plan."""

    file = serializers.CharField(
        max_length=MAX_BYTES,
        trim_whitespace=False,
        help_text=_("The content of the file. Sections and fields that it lacks stay as they are."),
    )
    format = serializers.ChoiceField(
        [("yaml", "YAML"), ("toml", "TOML")], default="yaml", help_text=_("yaml or toml.")
    )
    prune = serializers.BooleanField(
        default=False,
        help_text=_("If true, removes rows that are missing from the file's sections."),
    )


class ApplicationInput(ConfigurationInput):
    """A configuration to apply."""

    fingerprint = serializers.CharField(
        max_length=64,
        required=False,
        help_text=_(
            "The fingerprint of the plan that you reviewed. Returns 409 if the desk has changed "
            "since."
        ),
    )


class ConfigurationFieldChange(serializers.Serializer[Any]):
    """A value that changes."""

    field = serializers.CharField(help_text=_("Its name."))
    text = serializers.CharField(help_text=_("The change in words."))


class ConfigurationChange(serializers.Serializer[Any]):
    """A row that changes."""

    section = serializers.CharField(help_text=_("The section of the file."))
    name = serializers.CharField(help_text=_("The name of the row."))
    action = serializers.CharField(
        help_text=_("“added”, “changed”, “renamed”, “moved” or “removed”.")
    )
    text = serializers.CharField(help_text=_("The change in words."))
    fields = ConfigurationFieldChange(many=True, help_text=_("The values that change."))  # type: ignore[assignment]  # a field named like an attribute


class ConfigurationPlan(serializers.Serializer[Any]):
    """The changes that a file makes."""

    fingerprint = serializers.CharField(help_text=FINGERPRINT)
    changes = ConfigurationChange(many=True, help_text=_("What changes, by section."))


class FileView(DeskView):
    """A view of the configuration, for desk admins."""

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.agent.role != Role.ADMIN:
            raise PermissionDenied(_("Only desk admins can see the whole configuration."))

    def read(self, serializer: StrictSerializer) -> tuple[DeskFile, dict[str, Any]]:
        """Return the file of a request, and its other values. Raises ValidationError."""
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        try:
            return read_file(data["file"], is_toml=data["format"] == "toml"), data
        except FileError as error:
            raise ValidationError({"file": [str(error)]}) from error

    def describe(self, plan: Plan) -> Response:
        """Return the changes of a plan. Raises ValidationError for its problems."""
        texts = [
            f"{f'{problem.line}: ' if problem.line else ''}{problem}" for problem in plan.problems
        ]
        if get_grant(self.request) is not None:
            texts += list_guarded(plan)
        if texts:
            raise ValidationError({"file": texts})
        changes = [
            {
                "section": change.section,
                "name": change.name,
                "action": change.action,
                "text": str(change),
                "fields": [{"field": each.field, "text": str(each)} for each in change.fields],
            }
            for change in plan.changes
        ]
        return Response(
            ConfigurationPlan({"fingerprint": plan.fingerprint, "changes": changes}).data
        )


class ConfigurationView(FileView):
    serializer_class = ConfigurationOutput

    @extend_schema(
        operation_id="show_configuration",
        summary=_("Show the whole configuration"),
        description=_(
            "Returns the settings of this desk as one YAML file that can be applied to it or to "
            "another desk. The file leaves out people and anything that needs a secret. For desk "
            "admins."
        ),
    )
    def get(self, request: Request) -> Response:
        """Show the configuration as YAML."""
        shown = write_yaml(show_configuration(self.agent))
        return Response({"yaml": shown, "fingerprint": get_fingerprint(self.agent)})


class PlanView(FileView):
    serializer_class = ConfigurationInput

    @extend_schema(
        operation_id="plan_configuration",
        summary=_("Plan a configuration"),
        description=_(
            "Returns what applying a file would change, without saving anything. For desk admins."
        ),
        request=ConfigurationInput,
        responses={200: ConfigurationPlan},
    )
    def post(self, request: Request) -> Response:
        """Say what applying a file would change."""
        file, data = self.read(ConfigurationInput(data=request.data))
        return self.describe(plan_file(file, agent=self.agent, prune=data["prune"]))


class ApplicationView(FileView):
    serializer_class = ApplicationInput

    @extend_schema(
        operation_id="apply_configuration",
        summary=_("Apply a configuration"),
        description=_(
            "Makes all changes of a file, or none if the file has problems. Open tickets follow "
            "changed SLA settings. For desk admins."
        ),
        request=ApplicationInput,
        responses={200: ConfigurationPlan},
    )
    def post(self, request: Request) -> Response:
        """Apply a file."""
        file, data = self.read(ApplicationInput(data=request.data))
        fingerprint = data.get("fingerprint")
        with transaction.atomic():  # nothing is kept of a plan that a program may not apply
            plan = apply_file(file, agent=self.agent, prune=data["prune"], fingerprint=fingerprint)
            return self.describe(plan)


def list_guarded(plan: Plan) -> list[str]:
    """Return the problems of a program's plan: it can't change all settings of the desk."""
    desk = [change for change in plan.changes if change.section == "desk"]
    fields = [each.field for change in desk for each in change.fields]
    return [f"desk.{field}: {describe_guarded()}" for field in fields if field in GUARDED]
