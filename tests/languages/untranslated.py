"""Search templates and code for text that a person would read and no catalog can translate."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "channels_intake", "helpdesk", "routing", "sla", "tickets"]
# Operators and developers read English: commands, the supervisor, checks. So is the demo's data.
UNTRANSLATED_FOLDERS = (
    "helpdesk/management",
    "helpdesk/supervisor",
    "helpdesk/backup",
    "helpdesk/files",
    "helpdesk/demo",
    "helpdesk/checks.py",
    "helpdesk/settings.py",
    "helpdesk/logs.py",
    "helpdesk/catalogs.py",
)
SPOKEN_ATTRIBUTES = {
    "title",
    "aria-label",
    "aria-description",
    "placeholder",
    "alt",
    "label",
    "content",
}
ICONS = "material-symbols-outlined"  # the class of an element whose text names an icon
CODE_BLOCKS = {"block body_class", "block body_attributes"}
ATTRIBUTES = {"_swap.html"}  # a template of attributes for the tag that includes it
SILENT_ELEMENTS = {"script", "style", "code", "kbd"}
NAMES = {
    "App Store", "Facebook", "GitHub", "GitLab", "Google Play", "Instagram", "Mattermost", "OpenID",
    "Plumbline", "SAML", "SLA", "Telegram", "WhatsApp", "X (Twitter)",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")
CODE = re.compile(r"[a-z_]+|\w+\.\w+")  # a field of a form, or app.Model
SENTENCE = re.compile(r"[^\W\d_]{2,} +[^\W\d_]{2,}")

VERBOSE = {
    "label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "description",
    "search_help_text", "violation_error_message", "label_suffix", "placeholder",
}  # fmt: skip
RAISED = {"ValidationError", "PermissionDenied", "Http404"}
MESSAGES = {"debug", "info", "success", "warning", "error"}


def find_in_template(path: Path) -> list[str]:
    """Return the texts and spoken attributes outside of the translation tags of a template."""
    finder = _Finder()
    source = _strip_tags(path.read_text())
    finder.feed(f"<form {source}>" if path.name in ATTRIBUTES else source)
    finder.close()
    return [text for text in finder.found if not set(WORD.findall(text)) <= NAMES]


def find_in_module(path: Path) -> list[str]:
    """Return the literals of a module where Django shows a text, as "line: text"."""
    tree = ast.parse(path.read_text())
    found = [literal for node in ast.walk(tree) for literal in _spoken(node)]
    return [
        f"{literal.lineno}: {text}"
        for literal in found
        if WORD.search(text := _text_of(literal)) and text not in NAMES and not CODE.fullmatch(text)
    ]


def list_templates() -> list[Path]:
    return sorted(
        path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}
    )


def list_modules() -> list[Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        path
        for path in found
        if "migrations" not in path.parts
        and not path.relative_to(ROOT).as_posix().startswith(UNTRANSLATED_FOLDERS)
    ]


def _strip_tags(source: str) -> str:
    kept, closing = [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and closing:
            closing = "" if name == closing else closing
        elif token.token_type == TokenType.BLOCK and token.contents in CODE_BLOCKS:
            closing = "endblock"
        elif token.token_type == TokenType.BLOCK and name in {
            "blocktranslate",
            "comment",
            "verbatim",
        }:
            closing = f"end{name}"
        elif token.token_type == TokenType.TEXT and not closing:
            kept.append(token.contents)
    return "".join(kept)


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT_ELEMENTS or ICONS in (dict(attrs).get("class") or ""):
            self.silent.append(tag)
        for name, value in attrs:
            if tag == "meta" or not value:
                continue
            if (name in SPOKEN_ATTRIBUTES and WORD.search(value)) or (
                name.startswith("data-") and SENTENCE.search(value)
            ):
                self.found.append(f'{name}="{value}"')

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and WORD.search(data):
            self.found.append(" ".join(data.split()))


def _text_of(literal: ast.expr) -> str:
    if isinstance(literal, ast.JoinedStr):
        return "".join(str(part.value) for part in literal.values if isinstance(part, ast.Constant))
    return str(literal.value) if isinstance(literal, ast.Constant) else ""


def _is_literal(node: ast.expr | None) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _literals(node: ast.expr | None) -> Iterator[ast.expr]:
    """The string literals in an argument: itself, or those in a list, a dict or a conditional."""
    match node:
        case ast.Constant() | ast.JoinedStr() if _is_literal(node):
            yield node
        case ast.List() | ast.Tuple():
            for item in node.elts:
                yield from _literals(item)
        case ast.Dict():
            for item in node.values:
                yield from _literals(item)
        case ast.IfExp():
            yield from _literals(node.body)
            yield from _literals(node.orelse)
        case ast.BinOp():
            yield from _literals(node.left)


def _spoken(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from _spoken_in_call(node)
    elif isinstance(node, ast.ClassDef):
        yield from _spoken_in_class(node)


def _spoken_in_call(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = getattr(getattr(call.func, "value", None), "id", "")
    for keyword in call.keywords:
        if keyword.arg in VERBOSE:
            yield from _literals(keyword.value)
    if name in RAISED or (name.endswith("Error") and name[:1].isupper() and name not in BUILT_IN):
        yield from _literals(call.args[0] if call.args else None)
    elif owner == "messages" and name in MESSAGES:
        yield from _literals(call.args[1] if len(call.args) > 1 else None)
    elif owner == "models" and name.endswith("Field") and call.args:
        yield from _literals(call.args[0])


def _spoken_in_class(node: ast.ClassDef) -> Iterator[ast.expr]:
    bases = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
    for statement in node.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        name = getattr(target, "id", "")
        value = statement.value
        if bases & {"TextChoices", "IntegerChoices"} and isinstance(value, ast.Tuple):
            yield from _literals(value.elts[-1])
        elif name in VERBOSE:
            yield from _literals(value)
        elif name == "fieldsets" and isinstance(value, ast.List | ast.Tuple):
            for item in value.elts:
                yield from _literals(item.elts[0] if isinstance(item, ast.Tuple) else None)


BUILT_IN = {
    "ValueError",
    "TypeError",
    "RuntimeError",
    "KeyError",
    "LookupError",
    "CommandError",
    "OSError",
    "PermissionError",
    "IntegrityError",  # of a migration
    # For logs and developers only.
    "AddressTakenError",
    "FollowerLoopError",
    "IdentityError",
    "NeverOpensError",
    "NoDeskError",
    "ProviderDownError",
    "SsoError",
    "TransactionManagementError",
}
