"""Write an archive from a command: readable by its owner only, and never left incomplete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError

Write = Callable[[IO[bytes]], dict[str, Any]]


def write_archive(name: str, write: Write) -> dict[str, Any]:
    """Create a file with mode 0600, let ``write`` fill it, and return the manifest.

    The file appears under its name only once it is complete. Raise CommandError if the name is
    taken or the file cannot be written.
    """
    path = Path(name)
    if path.exists():
        raise CommandError(f"{name} already exists and was not overwritten.")
    partial = path.with_name(path.name + ".part")
    try:
        partial.touch(mode=0o600)
        with partial.open("wb") as file:
            manifest = write(file)
        partial.rename(path)
    except OSError as error:
        raise CommandError(f"Cannot write {name}: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def describe_archive(manifest: dict[str, Any], name: str) -> str:
    """Return the command's closing message."""
    text = f"Wrote {manifest['rows']} rows and {manifest['files']} files to {name}."
    if missing := len(manifest["missing"]):
        text += f" {missing} files are missing from storage; the manifest lists them."
    return text
