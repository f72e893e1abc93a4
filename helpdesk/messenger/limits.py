"""What strangers may send at once, in the messenger and by website forms."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from tickets.attachments.files import NewFile

MAX_TEXT = 5000
MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024  # of one message, in total
# A body in parts has more than its files; helpdesk/body_limits.py allows no more than this.
MAX_BODY_BYTES = MAX_FILE_BYTES + 1024 * 1024


def check_files(files: Sequence[NewFile]) -> None:
    """Raise ValidationError for too many files or bytes."""
    if len(files) > MAX_FILES or sum(len(file.content) for file in files) > MAX_FILE_BYTES:
        raise ValidationError(
            gettext("Send at most %(count)s files with %(limit)s in total.")
            % {"count": MAX_FILES, "limit": filesizeformat(MAX_FILE_BYTES)}
        )
