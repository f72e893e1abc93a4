"""Numbers that stand in addresses and forms."""

MAX_DIGITS = 18  # a bigint holds them


def parse_number(text: str | None) -> int | None:
    """The whole number that a text is, in ASCII digits; None for anything else or too long to be one of ours."""
    if text and text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS:
        return int(text)
    return None
