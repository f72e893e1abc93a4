"""The process that reads an untrusted support packet: a separate program with hard limits.

Reads a zip, tar.gz or JSON file from stdin and writes what it found as JSON to stdout. Nothing is
extracted, followed or run: only the entries with a known name are read, into memory, up to
MAX_ENTRY bytes each. An archive within the archive is left alone.

packets.py starts it. It imports nothing of ours: it has no settings, no secrets and no database.

Sources: Mattermost, "Generate a Support Packet" (support_packet.yaml until version 9,
diagnostics.yaml from version 10, plugins.json, sanitized_config.json); Rocket.Chat, the response of
``GET /api/v1/statistics``.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import lzma
import os
import re
import resource
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

MAX_CPU_SECONDS = 10
MAX_MEMORY = 768 * 1024 * 1024  # bytes of address space; the file itself is within it
MAX_ENTRIES = 5000
MAX_ENTRY = 1024 * 1024  # bytes of one entry, unpacked
MAX_UNPACKED = 300 * 1024 * 1024  # bytes of a tar, whose entries have no index
MAX_VALUE = 120  # characters
MAX_PLUGINS = 100
UNREADABLE, TOO_LARGE, ENCRYPTED = 3, 4, 5  # exit codes

YAMLS = ("diagnostics.yaml", "support_packet.yaml")
WANTED = (*YAMLS, "plugins.json", "sanitized_config.json", "statistics.json")
ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
_LINE = re.compile(r"([ ]*)([\w.-]+):[ ]*(.*)")


class TooLargeError(Exception):
    """The archive has more entries or unpacks to more bytes than is read."""


class EncryptedError(Exception):
    """The archive has a password."""


class Limited(io.RawIOBase):
    """A stream that stops a bomb: it raises TooLargeError after MAX_UNPACKED bytes."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile) -> None:
        self._source, self._left = source, MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(min(size if size >= 0 else MAX_ENTRY, MAX_ENTRY))
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError
        return data


def set_limits() -> None:
    """Limit this process for good and lower its priority."""
    os.nice(10)
    limits = [
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_AS, MAX_MEMORY),
    ]
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS doesn't limit the address space
            resource.setrlimit(limit, (value, value))


def read_packet(content: bytes) -> dict[str, Any]:
    """Return the facts of a support packet; {} for another archive or file."""
    if content[:1] in (b"{", b" ", b"\n") and len(content) <= 4 * MAX_ENTRY:
        return read_statistics(content)
    texts: dict[str, bytes] = {}
    entries = _list_zip(content) if content[:2] == b"PK" else _list_tar(content)
    for name, text in entries:
        texts.setdefault(name, text)
    if "statistics.json" in texts and not any(name in texts for name in YAMLS):
        return read_statistics(texts["statistics.json"])
    return read_mattermost(texts)


def _base(path: str) -> str:
    """Return an entry's last name, which is only compared: paths lead nowhere."""
    return re.split(r"[\\/]", path)[-1].lower()


def _list_zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise TooLargeError
        for entry in entries:
            if _base(entry.filename) not in WANTED:
                continue
            if entry.flag_bits & 1:
                raise EncryptedError
            with archive.open(entry) as file:
                yield _base(entry.filename), _read_limited(file)


def _list_tar(content: bytes) -> Iterator[tuple[str, bytes]]:
    packed: IO[bytes] = io.BytesIO(content)
    plain = gzip.GzipFile(fileobj=packed) if content[:2] == b"\x1f\x8b" else packed
    with tarfile.open(fileobj=Limited(plain), mode="r|") as archive:
        for count, entry in enumerate(archive):
            if count >= MAX_ENTRIES:
                raise TooLargeError
            file = archive.extractfile(entry) if entry.isreg() else None
            if file is not None and _base(entry.name) in WANTED:
                yield _base(entry.name), _read_limited(file)


def _read_limited(file: IO[bytes]) -> bytes:
    text = file.read(MAX_ENTRY + 1)
    if len(text) > MAX_ENTRY:
        raise TooLargeError
    return text


def read_mattermost(texts: dict[str, bytes]) -> dict[str, Any]:
    """Return the facts of a Mattermost packet; {} if it isn't one."""
    name = next((name for name in YAMLS if name in texts), "")
    if not name and "sanitized_config.json" not in texts:
        return {}
    flat = _read_yaml(texts.get(name, b"").decode("utf-8", "replace"))
    config = _load(texts.get("sanitized_config.json", b"{}"))
    driver = _get(config, "SqlSettings", "DriverName")
    facts = {
        "version": flat.get("server.version") or flat.get("server_version"),
        "edition": flat.get("license.sku_short_name") or flat.get("license_sku_short_name"),
        "os": _join(
            flat.get("server.os") or flat.get("server_os"),
            flat.get("server.architecture") or flat.get("server_architecture"),
        ),
        "database": _join(
            flat.get("database.type") or flat.get("database_type") or driver,
            flat.get("database.version") or flat.get("database_version"),
        ),
        "installation": flat.get("server.installation_type"),
        "users": flat.get("license.users") or flat.get("license_supported_users"),
    }
    plugins = _list_plugins(_load(texts.get("plugins.json", b"{}")))
    return {"product": "Mattermost", "facts": _clean(facts), "plugins": plugins}


def read_statistics(content: bytes) -> dict[str, Any]:
    """Return the facts of a Rocket.Chat workspace; {} for other JSON."""
    data = _load(content)
    data = data.get("statistics", data) if isinstance(data.get("statistics", data), dict) else {}
    if "mongoVersion" not in data or "version" not in data:
        return {}
    licensed = data.get("enterprise")
    enterprise: dict[str, Any] = licensed if isinstance(licensed, dict) else {}
    modules = enterprise.get("modules")
    facts = {
        "version": data.get("version"),
        "edition": "Enterprise" if modules or enterprise.get("license") else "Community",
        "os": _join(_get(data, "os", "type"), _get(data, "os", "release")),
        "database": _join("MongoDB", data.get("mongoVersion")),
        "installation": _join(_get(data, "deploy", "method"), _get(data, "deploy", "platform")),
        "users": data.get("totalUsers"),
    }
    return {"product": "Rocket.Chat", "facts": _clean(facts), "plugins": []}


def _read_yaml(text: str) -> dict[str, str]:
    """Return plain "key: value" lines, of nested ones as "section.key". Other YAML is skipped."""
    flat: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        found = _LINE.fullmatch(line.rstrip())
        if not found:
            continue
        indent, key, value = found.groups()
        if not indent:
            section = "" if value else key
        elif not section:
            continue
        name = f"{section}.{key}" if indent else key
        flat.setdefault(name, value.strip("\"'"))
    return flat


def _load(text: bytes) -> dict[str, Any]:
    found = json.loads(text.decode("utf-8-sig"))
    return found if isinstance(found, dict) else {}


def _get(data: dict[str, Any], *keys: str) -> Any:
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _join(*parts: Any) -> str:
    return " ".join(str(part) for part in parts if isinstance(part, str | int | float) and part)


def _list_plugins(data: dict[str, Any]) -> list[str]:
    active = data.get("active")
    plugins = [one for one in active if isinstance(one, dict)] if isinstance(active, list) else []
    named = [_join(one.get("name") or one.get("id"), one.get("version")) for one in plugins]
    return [_cut(name) for name in named if name][:MAX_PLUGINS]


def _clean(facts: dict[str, Any]) -> dict[str, str]:
    texts = {key: _cut(_join(value)) for key, value in facts.items()}
    return {key: text for key, text in texts.items() if text}


def _cut(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:MAX_VALUE].strip()


def main() -> int:
    """Run the program. Return its exit code."""
    set_limits()
    try:
        found = read_packet(sys.stdin.buffer.read())
    except TooLargeError:
        return TOO_LARGE
    except EncryptedError:
        return ENCRYPTED
    except ERRORS:
        return UNREADABLE
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
