"""Numbers that stand in addresses and forms."""

MOST_DIGITS = 18  # a bigint holds them


def read_number(text: str | None) -> int | None:
    """The whole number that a text is, in ASCII digits; None for anything else or too long to be one of ours."""
    if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return None
