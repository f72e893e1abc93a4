"""Saying no in one sentence."""


class Refusal(Exception):
    """The start cannot go on. The text is one sentence for the person at the terminal."""
