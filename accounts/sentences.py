"""Sentences for readers, filled with the parameters that were stored with a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from django.utils.functional import Promise


class Problem(NamedTuple):
    """A code and the parameters of its sentence, both of which can be stored (as JSON)."""

    code: str
    data: dict[str, Any]


class CodedError(Exception):
    """An error that can be stored: a code, and the parameters of its sentence.

    Its text is the sentence in the active language. Subclasses set `sentences`, by code.
    """

    sentences: ClassVar[Mapping[str, Promise]] = {}

    def __init__(self, code: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, data)
        self.problem = Problem(str(code), dict(data or {}))

    def __str__(self) -> str:
        code, data = self.problem
        return fill_sentence(self.sentences[code], data, code=code)


def fill_sentence(sentence: Any, parameters: Mapping[str, Any], *, code: str) -> str:
    """Return a sentence of gettext_lazy or ngettext_lazy with its placeholders filled.

    Returns the code instead if the stored parameters don't fit the sentence: during an upgrade
    another version may have stored them, and a page must not fail because of one old row.
    """
    try:
        return str(sentence % parameters)
    except (LookupError, TypeError, ValueError):
        return code
