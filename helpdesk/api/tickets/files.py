"""Files: uploads before a message takes them, and attachments of messages and notes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError as RefusedError
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import record_view
from accounts.models import Agent, Desk, Role
from accounts.tokens.lookup import can_act
from helpdesk.api.base import DeskView
from helpdesk.api.idempotency import run_once
from helpdesk.api.serializers import read_input
from helpdesk.api.tickets.file_serializers import (
    AttachmentOutput,
    UploadInput,
    UploadOutput,
)
from helpdesk.shared.fields import FileLimits
from helpdesk.shared.http.files import serve_attachment
from tickets.access import get_attachment_for_agent
from tickets.attachments.files import NewFile, clean_file_name
from tickets.models import Attachment, UnsentFile
from tickets.replies.uploads import add_upload, delete_upload, list_uploads

LINK_SECONDS = 300  # that a signed link works
SIGNATURE = "signature"


class SignedLink(serializers.Serializer[Any]):
    """A link to a file that works without a token for a short time."""

    url = serializers.CharField(help_text=_("The link. Whoever has it can download the file."))
    expires_at = serializers.DateTimeField(help_text=_("When it stops working."))


class UploadListView(DeskView):
    serializer_class = UploadOutput
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_uploads",
        summary=_("List your unused uploads"),
        description=_("Returns your uploads that no message or note has taken, oldest first."),
        responses={200: UploadOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        """List one's unused uploads."""
        mine = list_uploads(desk=self.agent.desk, user=self.agent.user)
        return Response(UploadOutput(mine, many=True).data)

    @extend_schema(
        operation_id="upload_file",
        summary=_("Upload a file"),
        description=_(
            "Stores the file in the field “file” of multipart/form-data. Pass its id in "
            "“uploads” of a reply, a note or a new ticket. Uploads that aren't used are deleted "
            "after 30 days. The limits are the same as in the web interface."
        ),
        request={"multipart/form-data": UploadInput},
        responses={201: UploadOutput},
    )
    def post(self, request: Request) -> Response:
        """Store a file."""
        upload = read_input(UploadInput, request.data)["file"]
        name = clean_file_name(upload.name)
        try:
            FileLimits().check([(name, upload.size)])
        except RefusedError as error:
            raise ValidationError({"file": error.messages}) from None
        kind = upload.content_type or "application/octet-stream"
        desk, user = self.agent.desk, self.agent.user

        def store() -> UnsentFile:
            file = NewFile(name, kind, upload.read())
            return add_upload(desk=desk, user=user, file=file, at=timezone.now())

        stored = run_once(request, store, visible=list_uploads(desk=desk, user=user))
        return Response(UploadOutput(stored).data, status=201)


class UploadView(DeskView):
    @extend_schema(
        operation_id="delete_upload",
        summary=_("Delete an upload"),
        description=_("Deletes one of your uploads that no message or note has taken."),
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, upload_id: int) -> Response:
        """Delete an upload."""
        if not delete_upload(desk=self.agent.desk, user=self.agent.user, file_id=upload_id):
            raise Http404
        return Response(status=204)


class AttachmentView(DeskView):
    serializer_class = AttachmentOutput

    @extend_schema(
        operation_id="show_attachment",
        summary=_("Show an attachment"),
        description=_("Returns the name, size and digest of a file, without its content."),
        responses={200: AttachmentOutput},
    )
    def get(self, request: Request, attachment_id: int) -> Response:
        """Show a file without its content."""
        return Response(AttachmentOutput(find_attachment(self.agent, attachment_id)).data)


class AttachmentLinkView(DeskView):
    serializer_class = SignedLink
    is_live = True

    @extend_schema(
        operation_id="get_attachment_link",
        summary=_("Get a download link for an attachment"),
        description=_(
            "Returns a link that works for five minutes without a token, for example in a "
            "browser. The link stops working at once when you lose access to the ticket."
        ),
        responses={200: SignedLink},
    )
    def get(self, request: Request, attachment_id: int) -> Response:
        """Return a link that works without a token for a short time."""
        found, now = find_attachment(self.agent, attachment_id), timezone.now()
        path = reverse("api:attachment_content", args=[found.pk])
        signature = sign(self.agent, found.pk)
        url = request.build_absolute_uri(f"{path}?{SIGNATURE}={signature}")
        expires_at = now + timedelta(seconds=LINK_SECONDS)
        return Response(SignedLink({"url": url, "expires_at": expires_at}).data)


class AttachmentContentView(DeskView):
    serializer_class = AttachmentOutput

    @extend_schema(
        operation_id="download_attachment",
        summary=_("Download an attachment"),
        description=_(
            "Returns the content of a file as a download, or its preview as a PNG. A signed link "
            "needs no token. 404 if the content was removed."
        ),
        parameters=[
            OpenApiParameter(SIGNATURE, description=_("The signature of a signed link.")),
            OpenApiParameter("preview", bool, description=_("“true” for the preview of an image.")),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, attachment_id: int) -> FileResponse | HttpResponse:
        """Return the content of a file."""
        agent, found = self.agent, find_attachment(self.agent, attachment_id)
        if agent.role == Role.ADMIN or agent.user.is_superuser:
            record_view(desk=agent.desk, user=agent.user, row=found)
        wanted = request.query_params.get("preview", "false")
        return serve_attachment(found, as_preview=wanted == "true")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a signed link act for the agent it was made for."""
        inner: Any = request._request
        if signature := request.query_params.get(SIGNATURE, ""):
            signed_for = read_signature(inner.desk, signature, kwargs["attachment_id"])
            inner.agent = signed_for or inner.agent
        super().initial(request, *args, **kwargs)


def find_attachment(agent: Agent, attachment_id: int) -> Attachment:
    """Return a file that the agent may see. Raises Http404."""
    try:
        return get_attachment_for_agent(agent, attachment_id)
    except Attachment.DoesNotExist:
        raise Http404 from None


def sign(agent: Agent, attachment_id: int) -> str:
    """Return the signature of a link to a file for an agent."""
    return signing.dumps([attachment_id, agent.pk], salt=_get_salt(agent.desk_id))


def read_signature(desk: Desk, signature: str, attachment_id: int) -> Agent | None:
    """Return the agent whom a signature lets in to this file, if they still work there."""
    try:
        given = signing.loads(signature, salt=_get_salt(desk.pk), max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    signed_id, agent_id = given
    if signed_id != attachment_id:
        return None
    agent = Agent.objects.select_related("user", "desk").filter(desk=desk, pk=agent_id).first()
    return agent if agent is not None and can_act(agent) else None


def _get_salt(desk_id: int) -> str:
    return f"{__name__}:{desk_id}"
