"""What a vendor takes as an answer, and by which ways. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Unit(StrEnum):
    """What a vendor counts as a character."""

    CHARS = "chars"
    WEIGHTED = "weighted"  # a link is 23, and an emoji or a letter of Chinese is 2


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """What a vendor takes as an answer.

    max_chars: of one message; None for no limit. max_bytes: of one message in UTF-8, where the
    vendor counts these. may_split: a longer answer is sent in parts. window: how long after the
    customer's last message an answer is taken; None for ever. max_files and max_file_bytes: of one
    answer; 0 files for none. files_apart: each file is a message of its own, after the text.
    refusal: why no answer can be sent from here at all, as a sentence; refusal_url: where it can
    be, or "".
    """

    max_chars: int | None = None
    max_bytes: int | None = None
    may_split: bool = True
    window: timedelta | None = None
    max_files: int = 0
    max_file_bytes: int = 0
    files_apart: bool = False
    unit: Unit = Unit.CHARS
    refusal: StrOrPromise = ""
    refusal_url: str = ""


@dataclass(frozen=True, slots=True)
class ReplyWay:
    """One of several ways to answer, of which the agent chooses, such as publicly or privately.

    is_private: only the customer can read the answer, even where the conversation is public.
    """

    key: str
    label: StrOrPromise
    limits: ReplyLimits
    is_private: bool = False
