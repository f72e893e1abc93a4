"""Reading of configuration files: YAML and TOML, with limits. Pure."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

import yaml
from django.utils.translation import gettext as _

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
MAX_VALUES = 50_000
MAX_DIGITS = 40  # characters of a number; one of many parts (1:0:0:…) would take minutes
MAX_INTEGER = 10**MAX_DIGITS
MAX_EVENTS = 2 * MAX_VALUES + 1000  # of the parser: names and values, and the ends of lists
TAG = "tag:yaml.org,2002:"
SCALARS = {f"{TAG}{name}" for name in ("str", "int", "float", "bool", "null")}
TEXTS = {f"{TAG}timestamp"}  # dates and times stay as they were written
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# A TOML key of so many parts that reading it would take minutes.
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""")

Lines = dict[tuple[str | int, ...], int]


class FileError(Exception):
    """A file that can't be read. The text says why, with the line if it is known."""


class DeskFile:
    """The content of a file, and the line of each of its values, counted from 1."""

    def __init__(self, content: dict[str, Any], lines: Lines) -> None:
        self.content, self.lines = content, lines

    def find_line(self, path: tuple[str | int, ...]) -> int | None:
        """Return the line of a value, or of the closest one that contains it."""
        known = (self.lines.get(path[:length]) for length in range(len(path), 0, -1))
        return next((line for line in known if line), None)


def read_file(text: str, *, is_toml: bool) -> DeskFile:
    """Read a file. Raises FileError."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise FileError(_("The file is too large. The limit is 2 MB."))
    require_storable(text)
    reader = YamlReader()
    content = _read_toml(text) if is_toml else reader.read(text)
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise FileError(_("The file must be a list of sections with names, such as “plans:”."))
    return DeskFile(content, reader.lines)


def require_storable(text: str) -> None:
    """Raise FileError for a text with NUL or half of a surrogate pair."""
    if _UNSTORABLE.search(text):
        raise FileError(_("The file contains a character that can't be stored."))


def _read_toml(text: str) -> Any:
    if _LONG_KEY.search(text):
        raise FileError(_("The file is nested too deeply."))
    try:
        return TomlReader().simplify(tomllib.loads(text), 0)
    except (ValueError, RecursionError) as error:  # also a ValueError for a number of many digits
        raise FileError(_("This isn't valid TOML: %(why)s") % {"why": error}) from error


class TomlReader:
    """Turns what TOML stands for into plain values, within the limits."""

    def __init__(self) -> None:
        self.count = 0

    def simplify(self, value: Any, depth: int) -> Any:
        """Return a value with dates and times as texts. Raises FileError."""
        self.count += 1
        if self.count > MAX_VALUES:
            raise FileError(_("The file has too many values."))
        if depth > MAX_DEPTH:
            raise FileError(_("The file is nested too deeply."))
        if isinstance(value, dict):
            require_storable("".join(value))
            return {key: self.simplify(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self.simplify(each, depth + 1) for each in value]
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, str):
            require_storable(value)
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise FileError(_("This number is too long."))
        return value


class YamlReader:
    """Reads YAML without tags, aliases and repeated keys, and notes the line of each value."""

    def __init__(self) -> None:
        self.lines: Lines = {}
        self.count = 0

    def read(self, text: str) -> Any:
        """Return the value of a document. Raises FileError."""
        try:
            self._refuse_aliases(text)
            return self._read_document(text)
        except (yaml.YAMLError, ValueError) as error:  # a ValueError for a number of many digits
            raise FileError(_("This isn't valid YAML: %(why)s") % {"why": error}) from error

    def _read_document(self, text: str) -> Any:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            return None if node is None else self._convert(loader, node, ())
        finally:
            loader.dispose()

    def _refuse_aliases(self, text: str) -> None:
        """Refuse aliases before they are followed: a short file could stand for a huge one."""
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            if count > MAX_EVENTS:
                raise self._fail(event, _("The file has too many values."))
            if isinstance(event, yaml.AliasEvent):
                raise self._fail(event, _("Write the value out instead of using an alias."))
            depth += isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent)
            depth -= isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent)
            if depth > MAX_DEPTH:
                raise self._fail(event, _("The file is nested too deeply."))

    def _convert(self, loader: yaml.SafeLoader, node: yaml.Node, path: tuple[Any, ...]) -> Any:
        self.lines[path] = node.start_mark.line + 1
        self.count += 1
        if self.count > MAX_VALUES:
            raise self._fail(node, _("The file has too many values."))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
            return self._convert_pairs(loader, node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
            return [
                self._convert(loader, each, (*path, place)) for place, each in enumerate(node.value)
            ]
        if isinstance(node, yaml.ScalarNode) and node.tag in TEXTS:
            return node.value
        if isinstance(node, yaml.ScalarNode) and node.tag in SCALARS:
            return self._convert_scalar(loader, node)
        raise self._refuse_tag(node)

    def _convert_scalar(self, loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
        if node.tag == f"{TAG}str":
            require_storable(node.value)
            return node.value
        if len(node.value) > MAX_DIGITS:
            raise self._fail(node, _("This number is too long."))
        if loader.resolve(yaml.ScalarNode, node.value, (True, False)) != node.tag:
            raise self._refuse_tag(node)  # a tag that its text doesn't fit
        return loader.construct_object(node)

    def _convert_pairs(
        self, loader: yaml.SafeLoader, node: yaml.MappingNode, path: tuple[Any, ...]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.tag not in SCALARS:
                raise self._fail(name, _("Use plain names."))
            require_storable(name.value)
            if name.value in found:
                text = _("“%(name)s” appears twice.") % {"name": name.value}
                raise self._fail(name, text)
            found[name.value] = self._convert(loader, value, (*path, name.value))
        return found

    def _refuse_tag(self, node: yaml.Node) -> FileError:
        return self._fail(node, _("Use plain values: “%(tag)s” isn't one.") % {"tag": node.tag})

    def _fail(self, place: Any, text: str) -> FileError:
        line = {"line": place.start_mark.line + 1, "text": text}
        return FileError(_("Line %(line)d: %(text)s") % line)
