"""The result of every translator: a raw email with the provider's verdict.

Pure: no database, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels_intake.mime.envelope import Authentication
from channels_intake.providers.form_data import Form
from channels_intake.providers.rebuilding import Piece, encode_base64

MAX_HEADER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProviderMail:
    """A raw email with its SMTP envelope.

    authentication: the provider's own verdict. None leaves it to the email's trusted headers.
    """

    raw: bytes = field(repr=False)
    recipients: tuple[str, ...] = ()
    envelope_sender: str = ""
    authentication: Authentication | None = None


def list_form_files(form: Form, content_ids: Mapping[str, str]) -> list[Piece]:
    """Return the posted attachments. content_ids: Content-ID by field name."""
    return [
        Piece(
            file.content_type,
            encode_base64(file.content),
            name=file.name or "file",
            content_id=content_ids.get(name, ""),
        )
        for name, file in form.files.items()
        if name.startswith("attachment")
    ]
