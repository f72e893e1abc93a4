"""Writing an archive from a command: for its owner's eyes, and never half."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError

Write = Callable[[IO[bytes]], dict[str, Any]]


def write_archive(name: str, write: Write) -> dict[str, Any]:
    """Let ``write`` fill a new file that only its owner may read; gives the manifest.

    It appears under its name when it is whole. CommandError when the file is there already or cannot be written.
    """
    path = Path(name)
    if path.exists():
        raise CommandError(f"{name} is there already; it is not written over.")
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.touch(mode=0o600)
        with unfinished.open("wb") as file:
            manifest = write(file)
        unfinished.rename(path)
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def describe(manifest: dict[str, Any], name: str) -> str:
    """What the command says at its end."""
    told = f"{manifest['rows']} rows and {manifest['files']} files are in {name}."
    missing = len(manifest["missing"])
    return told + (
        f" {missing} files were not in the storage; the manifest names them." if missing else ""
    )
