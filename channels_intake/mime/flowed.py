"""Text of format=flowed (RFC 3676): soft line breaks are joined, marks of quotes are kept."""

import re

_QUOTE_MARKS = re.compile(r">*")
_SIGNATURE_MARK = "-- "


def join_flowed(text: str, *, is_deleting_spaces: bool) -> str:
    """Return the text with one line per paragraph. Line ends are LF.

    is_deleting_spaces: the DelSp parameter; the space that marks a soft break is not text.
    """
    lines: list[str] = []
    open_pieces: list[str] = []
    open_depth = 0
    for line in text.split("\n"):
        marks = _QUOTE_MARKS.match(line)
        depth = marks.end() if marks else 0
        content = line[depth:].removeprefix(" ")  # space-stuffing (RFC 3676, 4.4)
        if is_deleting_spaces and open_pieces and _is_text_space(line[depth:], content):
            content = f" {content}"
        if open_pieces and (depth != open_depth or content == _SIGNATURE_MARK):
            lines.append(_finish(open_depth, open_pieces))
            open_pieces = []
        open_depth = depth
        is_soft = content.endswith(" ") and content != _SIGNATURE_MARK
        open_pieces.append(content[:-1] if is_soft and is_deleting_spaces else content)
        if not is_soft:
            lines.append(_finish(depth, open_pieces))
            open_pieces = []
    if open_pieces:
        lines.append(_finish(open_depth, open_pieces))
    return "\n".join(lines)


def _is_text_space(line: str, content: str) -> bool:
    """Return True for a leading space that no sender had to stuff: it separates two words."""
    return line != content and bool(content) and not content.startswith((" ", ">", "From "))


def _finish(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth and text else f"{'>' * depth}{text}"
