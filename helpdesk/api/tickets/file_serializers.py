"""Uploads and attachments as the API reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as RefusedError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import Agent
from helpdesk.api.references import MAX_ID
from helpdesk.api.serializers import Extras, StrictSerializer
from helpdesk.shared.fields import MAX_FILES, FileLimits
from tickets.attachments.files import NewFile
from tickets.models import Attachment, UnsentFile
from tickets.replies.uploads import take_uploads


class UploadIds(serializers.ListField):
    """Ids of uploads that a message takes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
            max_length=MAX_FILES,
            required=False,
            default=[],
            help_text=_("Ids of your uploads, which become its attachments."),
            **kwargs,
        )


class TextOrFiles(StrictSerializer):
    """An input that needs a text or uploads."""

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data["text"] and not data["uploads"]:
            text = gettext("Enter a text, or pass uploads.")
            raise ValidationError({"text": [text]})
        return data


class UploadInput(StrictSerializer):
    """A file, as multipart/form-data."""

    file = serializers.FileField(max_length=1000, help_text=_("The file, with its name."))


class UploadOutput(serializers.ModelSerializer[UnsentFile]):
    """A file that no message has taken yet."""

    class Meta:
        model = UnsentFile
        fields = ("id", "name", "content_type", "size", "created_at")
        extra_kwargs: ClassVar[Extras] = {
            "name": {"help_text": _("The file's name.")},
            "content_type": {"help_text": _("The content type that the client sent.")},
            "size": {"help_text": _("In bytes.")},
        }


class AttachmentOutput(serializers.ModelSerializer[Attachment]):
    """A file of a message or a note."""

    has_preview = serializers.BooleanField(
        source="preview_pixels", help_text=_("True for an image with a preview.")
    )
    is_missing = serializers.BooleanField(help_text=_("True if the file is missing from storage."))
    is_removed = serializers.BooleanField(help_text=_("True if an agent deleted the content."))
    url = serializers.SerializerMethodField(
        help_text=_("The URL of the content. Requests to it need your token or session.")
    )

    class Meta:
        model = Attachment
        fields = (
            "id", "name", "content_type", "size", "sha256", "content_id", "has_preview",
            "is_missing", "is_removed", "created_at", "url",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            "name": {"help_text": _("The file name that the sender gave.")},
            "content_type": {"help_text": _("The content type that the sender gave.")},
            "size": {"help_text": _("In bytes.")},
            "sha256": {"help_text": _("The SHA-256 digest of the content, in hexadecimal.")},
            "content_id": {
                "help_text": _(
                    "The Content-ID that the email's HTML uses for an inline image, or empty."
                )
            },
        }

    def get_url(self, attachment: Attachment) -> str:
        return reverse("api:attachment_content", args=[attachment.pk])


def take_files(agent: Agent, ids: Sequence[int]) -> tuple[NewFile, ...]:
    """Return the contents of uploads for one message, as tickets.replies.uploads does.

    Raises ValidationError for more than a message may carry.
    """
    if not ids:
        return ()
    files = take_uploads(desk=agent.desk, user=agent.user, ids=ids)
    try:
        FileLimits().check([(file.name, len(file.content)) for file in files])
    except RefusedError as error:
        raise ValidationError({"uploads": error.messages}) from None
    return files
