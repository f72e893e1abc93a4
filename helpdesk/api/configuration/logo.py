"""The desk's logo: show its URL, replace it with a file, remove it."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import record_audit
from accounts.models import AuditAction, Desk
from accounts.pictures.logos import MAX_BYTES, LogoError, encode_logo, replace_logo
from helpdesk.api.base import DeskView, IsAdminToWrite
from helpdesk.api.serializers import StrictSerializer, read_input


class LogoInput(StrictSerializer):
    """A picture."""

    file = serializers.FileField(
        help_text=_("PNG, JPEG, GIF or WebP, at most 1 MB. It is scaled down.")
    )


class LogoOutput(serializers.Serializer[Desk]):
    """The desk's logo."""

    url = serializers.URLField(
        allow_null=True, help_text=_("The public URL of the logo as PNG, or null if there is none.")
    )


class LogoView(DeskView):
    permission_classes = [IsAdminToWrite]
    serializer_class = LogoOutput
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="show_logo",
        summary=_("Show the desk's logo"),
        description=_("Returns the URL of the desk's logo, which is public."),
    )
    def get(self, request: Request) -> Response:
        """Show where the logo is."""
        desk = Desk.objects.get(pk=self.agent.desk_id)
        path = reverse("logo", args=[desk.logo_name]) if desk.logo else ""
        return Response({"url": request.build_absolute_uri(path) if path else None})

    @extend_schema(
        operation_id="set_logo",
        summary=_("Set the desk's logo"),
        description=_(
            "Replaces the logo with the file in the field “file” of multipart/form-data. For desk "
            "admins."
        ),
        request={"multipart/form-data": LogoInput},
    )
    def put(self, request: Request) -> Response:
        """Replace the logo."""
        upload = read_input(LogoInput, request.data)["file"]
        try:
            png = encode_logo(upload.read(MAX_BYTES + 1))
        except LogoError as refused:
            raise serializers.ValidationError({"file": [str(refused)]}) from None
        self._replace(png)
        return self.get(request)

    @extend_schema(
        operation_id="remove_logo",
        summary=_("Remove the desk's logo"),
        description=_("The first letter of the desk's name is shown instead. For desk admins."),
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """Remove the logo."""
        self._replace(None)
        return Response(status=204)

    def _replace(self, png: bytes | None) -> None:
        with transaction.atomic():
            desk = Desk.objects.select_for_update(no_key=True).get(pk=self.agent.desk_id)
            before = replace_logo(desk, png)
            if not before and png is None:
                return
            desk.save(update_fields=["logo"])
            action = "logo_file" if png else "remove_logo"
            record_audit(
                desk=desk,
                by=self.agent,
                action=AuditAction.CHANGED,
                about=desk,
                detail={"changes": {action: [None, "(entered)" if png else True]}},
            )
            if before:
                transaction.on_commit(lambda: default_storage.delete(before), robust=True)
