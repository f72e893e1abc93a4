"""Fetching of a message's files from its vendor, within the limits that email has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.client import TooLargeError
from channels_intake.connections.contract import (
    MIB,
    Connector,
    Incoming,
    Item,
    RemoteFile,
    Report,
)
from channels_intake.models.connections import Connection
from tickets.attachments.files import NewFile, clean_file_name
from tickets.sentences.remarks import Remark, RemarkCode, make_remark


@dataclass(frozen=True, slots=True)
class Fetched:
    """The files of a message, and remarks on those that couldn't be fetched."""

    files: tuple[NewFile, ...] = ()
    remarks: tuple[Remark, ...] = ()


NOTHING = Fetched()


def fetch_files(
    connector: Connector, connection: Connection, item: Item, *, at: datetime
) -> Fetched:
    """Return the files of a message. Raises CallLaterError.

    One that is too large or that the vendor doesn't give becomes a remark.
    """
    files: list[NewFile] = []
    remarks: list[Remark] = []
    most = max(2 * settings.MAX_ATTACHMENT_BYTES, 50 * MIB)
    for number, remote in enumerate(item.files if isinstance(item, Incoming | Report) else (), 1):
        name = clean_file_name(remote.name) if remote.name else f"file-{number}"
        got = _fetch(connector, connection, remote, name, at=at)
        if isinstance(got, Remark):
            remarks.append(got)
            continue
        most -= len(got.content)
        if most < 0:
            limit = max(2 * settings.MAX_ATTACHMENT_BYTES // MIB, 50)
            remarks.append(make_remark(RemarkCode.FILES_TOO_LARGE, name=name, maximum=limit))
        else:
            files.append(got)
    return Fetched(tuple(files), tuple(remarks))


def _fetch(
    connector: Connector, connection: Connection, remote: RemoteFile, name: str, *, at: datetime
) -> NewFile | Remark:
    largest = settings.MAX_ATTACHMENT_BYTES
    too_large = make_remark(RemarkCode.FILE_TOO_LARGE, name=name, maximum=largest // MIB)
    if remote.size > largest:
        return too_large
    try:
        content = connector.fetch(connection, remote, at=at)
    except TooLargeError:
        return too_large
    except CallRefusedError:
        return make_remark(RemarkCode.FILE_NOT_FETCHED, name=name)
    if len(content) > largest:
        return too_large
    return NewFile(name, remote.content_type, content)
