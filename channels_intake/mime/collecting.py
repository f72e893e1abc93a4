"""Collect the texts, the files and the remarks of one email within its limits."""

import html
from collections.abc import Iterable

from channels_intake.mime.content import (
    decode_text,
    estimate_size,
    get_whole_name,
    make_file,
    name_file,
)
from channels_intake.mime.envelope import MEBIBYTE, IncomingFile, Limits
from channels_intake.mime.flowed import join_flowed
from channels_intake.mime.html_text import html_to_text
from channels_intake.mime.html_tokens import shrink_data_addresses
from channels_intake.mime.masking import mask_tokens
from channels_intake.mime.parts import Part
from channels_intake.mime.text import MAX_FILE_NAME_CHARS, remove_unstorable
from tickets.sentences.remarks import Remark, RemarkCode, make_remark

MAX_NOTES = 20
MAX_BYTES_PER_CHAR = 16  # a letter of four bytes in quoted-printable, with its line breaks


class Notes:
    """Remarks for the agents, each once, at most MAX_NOTES."""

    def __init__(self, remarks: Iterable[Remark] = ()) -> None:
        self._remarks = dict.fromkeys(remarks)

    def add(self, code: RemarkCode, **parameters: str | int) -> None:
        self._remarks.setdefault(make_remark(code, **parameters))

    def finish(self) -> tuple[Remark, ...]:
        """Return the remarks in order. The last one counts those left out."""
        remarks = list(self._remarks)
        if len(remarks) <= MAX_NOTES:
            return tuple(remarks)
        left = len(remarks) - MAX_NOTES + 1
        return (*remarks[: MAX_NOTES - 1], make_remark(RemarkCode.MORE, count=left))


class Texts:
    """The body texts in order. The choices of one multipart/alternative count as one text."""

    def __init__(self, limits: Limits, notes: Notes) -> None:
        self._notes = notes
        self._limit = limits.max_text_chars
        self._left = {"text/plain": limits.max_text_chars, "text/html": limits.max_text_chars}
        self._groups: dict[int, dict[str, list[str]]] = {}

    def add(self, raw: bytes, part: Part, number: int) -> bool:
        """Read one body part, as far as the limit allows. Return False if it was cut.

        number: counts from 1.
        """
        kind = "text/html" if part.content_type == "text/html" else "text/plain"
        if part.content_type.startswith("multipart/"):
            self._notes.add(RemarkCode.PARTS_UNCLEAR)
        max_bytes = MAX_BYTES_PER_CHAR * self._limit
        text, sound = decode_text(raw, part, max_bytes)
        text, had_nul = remove_unstorable(text)
        if kind == "text/html":
            text = shrink_data_addresses(text)
        elif part.parameters.get("format", "").strip().lower() == "flowed":
            is_deleting = part.parameters.get("delsp", "").strip().lower() == "yes"
            text = join_flowed(text, is_deleting_spaces=is_deleting)
        if not sound:
            self._notes.add(RemarkCode.PART_DAMAGED, number=number)
        if had_nul:
            self._notes.add(RemarkCode.CHARACTERS_REMOVED)
        is_whole = len(text) <= self._left[kind] and part.end - part.start <= max_bytes
        text = text[: self._left[kind]]
        self._left[kind] -= len(text)
        if text.strip():
            group = self._groups.setdefault(id(part.alternative or part), {})
            group.setdefault(kind, []).append(text)
        return is_whole

    def __bool__(self) -> bool:
        return bool(self._groups)

    def plain(self) -> str:
        """Return the message as plain text. A text that is only HTML is converted."""
        texts = (self._plain_of(group) for group in self._groups.values())
        return "\n\n".join(text.strip("\n") for text in texts if text.strip())

    def source_html(self) -> str:
        """Return the message as unsanitized HTML with its plain pieces, or "" without any HTML."""
        if not any("text/html" in group for group in self._groups.values()):
            return ""
        return "\n".join(self._html_of(group) for group in self._groups.values())

    @staticmethod
    def _plain_of(group: dict[str, list[str]]) -> str:
        if "text/plain" in group:
            return "\n\n".join(text.strip("\n") for text in group["text/plain"])
        return html_to_text("\n".join(group["text/html"]))

    @staticmethod
    def _html_of(group: dict[str, list[str]]) -> str:
        if "text/html" in group:
            return "\n".join(group["text/html"])
        lines = html.escape("\n\n".join(group["text/plain"])).replace("\n", "<br>\n")
        return f"<div>{lines}</div>"


class Files:
    """The files of an email within the limits. A file that exceeds them leaves a remark."""

    def __init__(self, limits: Limits, notes: Notes) -> None:
        self.limits = limits
        self._notes = notes
        self._left = limits.max_total_bytes
        self._too_many = 0
        self.kept: list[IncomingFile] = []

    def add(self, raw: bytes, part: Part, number: int) -> None:
        """Decode one file, unless it is too large or one too many. number: counts from 1."""
        size = estimate_size(part)
        if size == 0:
            return
        if len(self.kept) >= self.limits.max_files:
            self._too_many += 1
            return
        if size > self.limits.max_file_bytes * 1.04 or size > self._left * 1.04:
            self._refuse(name_file(raw, part, number), size)
            return
        file, sound = make_file(raw, part, number)
        if len(file.content) > min(self.limits.max_file_bytes, self._left):
            self._refuse(file.name, len(file.content))
            return
        self._left -= len(file.content)
        self.kept.append(file)
        given = get_whole_name(part)
        if len(given) > MAX_FILE_NAME_CHARS and not file.name.startswith(given):
            self._notes.add(RemarkCode.FILE_NAME_CUT, name=file.name, given=given)
        if not sound:
            self._notes.add(RemarkCode.FILE_DAMAGED, name=file.name)
        if part.content_type == "application/ms-tnef" or file.name.lower() == "winmail.dat":
            self._notes.add(RemarkCode.FILES_NOT_EXTRACTED, name=file.name)

    def add_long_text(self, raw: bytes, part: Part, number: int) -> None:
        """Keep a text that was cut as a file, or remark that its rest is lost."""
        maximum = self.limits.max_text_chars
        ending = "html" if part.content_type == "text/html" else "txt"
        name = f"message-{number}.{ending}"
        room = min(self.limits.max_file_bytes, self._left)
        content = b""
        if estimate_size(part) <= room and len(self.kept) < self.limits.max_files:
            text = decode_text(raw, part, part.end - part.start)[0]
            content = mask_tokens(remove_unstorable(text)[0]).encode("utf-8-sig", "replace")
        if not 0 < len(content) <= room:
            self._notes.add(RemarkCode.TEXT_CUT, maximum=maximum)
            return
        self._left -= len(content)
        self.kept.append(IncomingFile(name, part.content_type, content))
        self._notes.add(RemarkCode.TEXT_IN_FILE, maximum=maximum, name=name)

    def __bool__(self) -> bool:
        return bool(self.kept)

    def _refuse(self, name: str, size: int) -> None:
        if size > self.limits.max_file_bytes:
            code, limit = RemarkCode.FILE_TOO_LARGE, self.limits.max_file_bytes
        else:
            code, limit = RemarkCode.FILES_TOO_LARGE, self.limits.max_total_bytes
        self._notes.add(code, name=name, maximum=limit // MEBIBYTE)

    def finish(self) -> tuple[IncomingFile, ...]:
        """Return the files, and remark how many were too many."""
        if self._too_many:
            self._notes.add(RemarkCode.TOO_MANY_FILES, count=self._too_many)
        return tuple(self.kept)
