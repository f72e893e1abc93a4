"""Files of answers, for the connectors that send them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallRefusedError
from tickets.models import Attachment


def load_file(attachment_id: int) -> Attachment:
    """Return an attachment. Raises CallRefusedError if it is gone."""
    found = Attachment.objects.filter(pk=attachment_id).exclude(file="").first()
    if found is None:
        raise CallRefusedError(_("The file is missing."))
    return found


def read_content(file: Attachment) -> bytes:
    """Return the bytes of an attachment."""
    with file.file.open("rb") as stored:
        return stored.read()
