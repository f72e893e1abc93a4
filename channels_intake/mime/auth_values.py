"""Tokens of authentication results (RFC 8601, and Received-SPF of RFC 7208).

The sender chooses parts of these values, such as a quoted local part. So everything is read in one
way, and anything that does not fit makes the whole result unreadable.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from accounts.matching import normalize_domain

WORD, QUOTED, EQUALS, GAP, BAD = "word", "quoted", "=", "gap", "bad"
Token = tuple[str, str]  # kind and text; a quoted one without its quotes and backslashes

_TOKEN = re.compile(
    r"""(?P<gap>\s+)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<equals>=)
      | (?P<end>;)
      | (?P<comment>\()
      | (?P<word>[^\s"\\();=]+)
      | (?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_METHOD = re.compile(r"([a-z][a-z0-9-]*)(?:/\d+)?", re.IGNORECASE)
_RESULT = re.compile(r"[a-z]+", re.IGNORECASE)
_PROPERTY = re.compile(r"[a-z]+\.[a-z0-9_-]+|reason|action", re.IGNORECASE)
_KEY = re.compile(r"[a-z][a-z0-9_-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One result. is_readable: False if something is left over or given twice.

    properties: by name in lower case, each the tokens of its value.
    """

    method: str
    result: str = ""
    properties: dict[str, list[Token]] = field(default_factory=dict)
    is_readable: bool = True

    def get_domain(self, name: str) -> str:
        """Return the domain in a property, or "" if there is none or it is unclear."""
        return find_domain(self.properties.get(name, []))


def split_tokens(value: str) -> list[list[Token]]:
    """Split a value at semicolons into tokens. A comment is a gap; an unclosed one is bad."""
    pieces: list[list[Token]] = [[]]
    position = 0
    while found := _TOKEN.match(value, position):
        kind, text, position = str(found.lastgroup), found[0], found.end()
        if kind == "comment":
            end = _end_comment(value, position)
            kind, position = (GAP, end) if end else (BAD, len(value))
        if text == '"':
            position = len(value)  # a quote that never ends, so everything is in it
        if kind == "end":
            pieces.append([])
        elif kind == "quoted":
            pieces[-1].append((QUOTED, _QUOTED_PAIR.sub(r"\1", text[1:-1])))
        else:
            pieces[-1].append((EQUALS if kind == "equals" else kind, text))
    return pieces


def _end_comment(value: str, position: int) -> int:
    """Return the offset behind a comment, which may contain others, or 0 if it doesn't end."""
    depth = 1
    for found in _IN_COMMENT.finditer(value, position):
        depth += (found[0] == "(") - (found[0] == ")")
        if not depth:
            return found.end()
    return 0


def read_server(tokens: Sequence[Token]) -> str:
    """Return the authserv-id in lower case, or "" if it is unclear."""
    runs = list(_split_runs(tokens))
    is_plain = bool(runs) and len(runs[0]) == 1 and runs[0][0][0] in {WORD, QUOTED}
    return runs[0][0][1].lower() if is_plain else ""


def read_result(tokens: Sequence[Token]) -> Result | None:
    """Read `method=result` with its properties. None if there is not even a method."""
    runs = _join_equals(tokens)
    first = runs[0] if runs else []
    method = _METHOD.fullmatch(first[0][1]) if first and first[0][0] == WORD else None
    if method is None or len(first) < 2 or first[1][0] != EQUALS:
        return None
    name, word = method[1].lower(), first[2] if len(first) == 3 else (BAD, "")
    properties = read_pairs(runs[1:], _PROPERTY)
    if word[0] != WORD or not _RESULT.fullmatch(word[1]) or properties is None:
        return Result(name, is_readable=False)
    return Result(name, word[1].lower(), properties)


def read_received_spf(value: str) -> Result:
    """Read Received-SPF: the result, then keys with values, separated by semicolons."""
    pieces = split_tokens(value)
    first, *rest = _join_equals(pieces[0]) or [[]]
    others = [run for piece in pieces[1:] for run in _join_equals(piece)]
    pairs = read_pairs([*rest, *others], _KEY)
    if pairs is None or len(first) != 1 or first[0][0] != WORD:
        return Result("spf", is_readable=False)
    return Result("spf", first[0][1].lower(), pairs)


def read_pairs(
    runs: Sequence[list[Token]], names: re.Pattern[str]
) -> dict[str, list[Token]] | None:
    """Read `name=value` from each run. None if anything else is there, or a name twice."""
    pairs: dict[str, list[Token]] = {}
    for run in runs:
        is_pair = len(run) > 2 and run[0][0] == WORD and run[1][0] == EQUALS
        name = run[0][1].lower()
        if not is_pair or not names.fullmatch(name) or name in pairs:
            return None
        if any(kind == BAD for kind, _ in run):
            return None
        pairs[name] = run[2:]
    return pairs


def read_address_domain(address: str) -> str:
    """Return the domain of an address of an SMTP envelope or of a bare domain, or ""."""
    pieces = split_tokens(address.strip())
    return find_domain(pieces[0]) if len(pieces) == 1 else ""


def find_domain(value: Sequence[Token]) -> str:
    """Return what follows the only @ outside of quotes, or the value itself without any.

    A value that is quoted as a whole is read once more, as servers write it around an address with
    special characters.
    """
    tokens = _strip_angles(value)
    if len(tokens) == 1 and tokens[0][0] == QUOTED:
        pieces = split_tokens(tokens[0][1])
        tokens = _strip_angles(pieces[0]) if len(pieces) == 1 else []
    if not tokens or any(kind in {GAP, BAD} for kind, _ in tokens):
        return ""
    count = sum(text.count("@") for kind, text in tokens if kind != QUOTED)
    kind, text = tokens[-1]
    if kind != WORD or count > 1:
        return ""
    if count == 0:
        return normalize_domain(text) if len(tokens) == 1 else ""
    _, at, domain = text.partition("@")
    return normalize_domain(domain) if at else ""


def _strip_angles(value: Sequence[Token]) -> list[Token]:
    """Remove one pair of <> around a value."""
    tokens = list(value)
    if not tokens or tokens[0][0] != WORD or tokens[-1][0] != WORD:
        return tokens
    if tokens[0][1].startswith("<") and tokens[-1][1].endswith(">"):
        tokens[0] = (WORD, tokens[0][1][1:])
        tokens[-1] = (WORD, tokens[-1][1][:-1])
    return [token for token in tokens if token[1] or token[0] == QUOTED]


def _split_runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens that stand together, without gaps."""
    run: list[Token] = []
    for token in [*tokens, (GAP, "")]:
        if token[0] != GAP:
            run.append(token)
        elif run:
            yield run
            run = []


def _join_equals(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the runs, each with the ones that a first equals sign beside a gap belongs to."""
    joined: list[list[Token]] = []
    for run in _split_runs(tokens):
        is_name = bool(joined) and len(joined[-1]) == 1 and joined[-1][0][0] == WORD
        is_open = bool(joined) and len(joined[-1]) == 2 and joined[-1][1][0] == EQUALS
        if is_open or (is_name and run[0][0] == EQUALS):
            joined[-1] += run
        else:
            joined.append(run)
    return joined
