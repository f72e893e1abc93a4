"""The layout of a backup: what a folder or a tar stream holds, and the manifest that describes it.

The database comes first, as pg_dump's custom format cut into parts, because a tar stream needs
sizes ahead. Then come the files, and ``files.sha256``, which ``sha256sum --check`` reads. The
manifest is last, so a backup without one is incomplete.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from helpdesk.backup.errors import BackupError

FORMAT = 1
MANIFEST, LEDGER = "manifest.json", "files.sha256"
DATABASE, FILES = "database/", "files/"
MAX_MANIFEST = 64 * 1024 * 1024  # bytes
PART = re.compile(r"database/[0-9]{6}")
HASH = "sha256"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and what it needs to be restored.

    login: the role that owned the tables. key: a fingerprint of SECRET_KEY, never the key. tables:
    rows and checksum of each table. missing_files: files that rows refer to, but storage lacks.
    """

    format: int
    version: str
    made_at: str
    database_version: int
    login: str
    key: str
    migrations: list[str]
    tables: dict[str, str]
    database_sha256: str
    files: int
    files_sha256: str
    missing_files: list[str]

    def write(self) -> bytes:
        """Return the manifest as JSON."""
        return json.dumps(asdict(self), indent=1).encode()

    def count_rows(self) -> int:
        """Return the number of rows of all tables."""
        return sum(int(each.split()[0]) for each in self.tables.values())


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest. Raises BackupError for any that this version didn't write."""
    try:
        read = json.loads(content)
        if read["format"] != FORMAT:
            raise BackupError("Another version of Plumbline made this backup. Use that version.")
        return Manifest(**{field.name: read[field.name] for field in fields(Manifest)})
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError("The manifest of this backup is damaged.") from error


def fingerprint_key(key: str | bytes | None = None) -> str:
    """Return a fingerprint of a key, which tells keys apart and reveals nothing of them.

    key: by default SECRET_KEY.
    """
    return salted_hmac("helpdesk.backup", "key", secret=key, algorithm=HASH).hexdigest()[:16]


def list_fingerprints() -> list[str]:
    """Return the fingerprints of the keys that this installation can decrypt with."""
    return [fingerprint_key(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]


def check_name(name: Any) -> str:
    """Return the name of an entry. Raises BackupError for one that no backup has.

    Such a name could lead out of the folder that it is unpacked to.
    """
    text = str(name)
    if text in {MANIFEST, LEDGER} or PART.fullmatch(text):
        return text
    parts = PurePosixPath(text).parts
    is_inside = text.startswith(FILES) and len(parts) > 1 and "/".join(parts) == text
    if not is_inside or ".." in parts or set(text) & set("\\\0\n\r"):
        raise BackupError(f"The backup holds {text!r}, which no backup has. It was not restored.")
    return text
