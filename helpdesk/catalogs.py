"""Translation catalogs: extract strings into helpdesk/locale, compile them, make pseudo-locales.

`python -m helpdesk.catalogs update | compile | pseudo FOLDER` (see the Makefile). Babel does the
work, so that neither installing nor translating needs GNU gettext's programs. Reads no settings.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE_DIR = ROOT / "helpdesk" / "locale"
FOLDERS = ["accounts", "channels_intake", "helpdesk", "routing", "sla", "tickets", "templates"]
METHODS = [
    ("**/migrations/**.py", "ignore"),
    ("**.py", "python"),
    ("**.html", "helpdesk.catalogs:extract_template"),
    ("**.txt", "helpdesk.catalogs:extract_template"),
]
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)

# What a pseudo-locale must leave alone: placeholders, HTML tags and entities, URLs.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|<[^>]*>|&#?\w+;|https?://\S+|\{\w+\})")
_ACCENTED = str.maketrans("aceinosuyzAEINOSUZ", "áçéíñöšüýžÁÉÍÑÖŠÜŽ")
RIGHT_TO_LEFT, POP = "\u202e", "\u202c"


def extract_template(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Any]:
    """Extract the strings of a Django template, as Babel's extractors do for other languages."""
    code = templatize(file.read().decode())
    flat = "\n".join(line.strip() for line in code.splitlines())  # indentation is no Python's
    found = extract_python(io.BytesIO(flat.encode()), keywords, comment_tags, {})
    yield from found


def extract_messages() -> Catalog:
    """Return every translatable string of the source, with the files that use it."""
    catalog = Catalog(project="Plumbline", charset="utf-8", fuzzy=False)
    for folder in FOLDERS:
        found = extract_from_dir(ROOT / folder, METHODS, {}, KEYWORDS, COMMENT_TAGS)
        for name, _line, message, comments, context in found:
            places = [(f"{folder}/{name}", 0)]
            catalog.add(message, None, places, auto_comments=comments, context=context)
    return catalog


def list_catalogs() -> list[Path]:
    """Return the .po files, one per language."""
    return sorted(LOCALE_DIR.glob("*/LC_MESSAGES/django.po"))


def read_catalog(path: Path) -> Catalog:
    """Read a .po file; its folder names the language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update_catalogs() -> None:
    """Bring every .po file up to date with the source: new strings are empty, unused ones go."""
    template = extract_messages()
    for path in list_catalogs():
        catalog = read_catalog(path)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=99, sort_output=True, include_lineno=False)
        missing = sum(is_missing(message) for message in catalog if message.id)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} strings, {missing} not translated")


def is_missing(message: Message) -> bool:
    """Return True if a string, or one of its plural forms, has no translation that counts."""
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return message.fuzzy or not all(strings)


def compile_catalogs() -> None:
    """Write a .mo file beside every .po file that is newer than it."""
    for path in list_catalogs():
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            _write_compiled(compiled, read_catalog(path))


def write_pseudo_locales(folder: Path) -> None:
    """Write the catalogs of two pseudo-languages, to test layouts.

    en-xa has accented letters and is half as long again; ar-xb reads from right to left.
    """
    source = extract_messages()
    for name, change in {"en_XA": lengthen, "ar_XB": turn_around}.items():
        pseudo = Catalog(charset="utf-8", fuzzy=False)
        for message in source:
            if message.id and message.context != "date format":
                pseudo.add(message.id, _change(message, change), context=message.context)
        _write_compiled(folder / name / "LC_MESSAGES" / "django.mo", pseudo)


def lengthen(text: str) -> str:
    """Return a text with accents and half as long again, in brackets that show where it is cut."""
    words = _map_words(text, lambda word: word.translate(_ACCENTED))
    return f"[{words}{' ~' * (len(text) // 4)}]"


def turn_around(text: str) -> str:
    """Return a text whose words run from right to left."""
    return _map_words(text, lambda word: f"{RIGHT_TO_LEFT}{word}{POP}" if word.strip() else word)


def _map_words(text: str, change: Callable[[str], str]) -> str:
    parts = _KEPT.split(text)
    return "".join(part if _KEPT.fullmatch(part) else change(part) for part in parts)


def _change(message: Message, change: Callable[[str], str]) -> str | tuple[str, ...]:
    if isinstance(message.id, list | tuple):
        return tuple(change(text) for text in message.id)
    return change(message.id)


def _write_compiled(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: two processes may compile at once.
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        write_mo(file, catalog)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def main(arguments: Iterable[str]) -> None:
    match list(arguments):
        case ["update"]:
            update_catalogs()
        case ["compile"]:
            compile_catalogs()
        case ["pseudo", folder]:
            write_pseudo_locales(Path(folder))
        case _:
            sys.exit("usage: python -m helpdesk.catalogs update | compile | pseudo FOLDER")


if __name__ == "__main__":
    main(sys.argv[1:])
