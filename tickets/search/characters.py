"""Classes of characters for reading words, and folding: one spelling for all ways to write a word.

Pure. Whatever changes the result of ``fold`` or of words.py needs a new words.VERSION.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

MAX_WORD_LENGTH = 100  # characters; what is longer is found by its beginning

# Scripts written without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese), and
# Korean, whose endings are written together with the word.
UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
    "\u1100-\u11ff\u3005-\u3007\u3031-\u3035\u3041-\u309f\u30a1-\u30fa\u30fc-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7fb\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
# Signs within words that Python's \w leaves out: combining marks, vowel signs, and format
# characters that nobody sees, such as soft hyphens, joiners and direction marks.
MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u07a6-\u07b0\u0816-\u082d\u08d3-\u08ff\u0900-\u0963\u0981-\u0983\u09bc-\u09d7\u09e2\u09e3"
    "\u0a01-\u0a03\u0a3c-\u0a51\u0a70-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82"
    "\u0bbe-\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d57"
    "\u0d81-\u0d83\u0dca-\u0ddf\u0f18\u0f19\u0f35-\u0f84\u0f86-\u0fbc\u135d-\u135f\u18a9"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\u302a-\u302f\ufb1e\ufe20-\ufe2f"
)
INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
)
# Removed by folding: accents, Hebrew points and Arabic vowel signs. Not the marks of scripts where
# they make another letter, such as Thai vowels and Japanese dakuten.
_ACCENTS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20f0\ufe20-\ufe2f"
)
_DROPPED = re.compile(f"[{_ACCENTS}{INVISIBLE}]+")
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ı": "i",
        "ĸ": "k",
        "ə": "e",
        "ƒ": "f",
        # Persian and Urdu letters, typed with an Arabic keyboard or not
        "ی": "ي",
        "ى": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ة": "ه",
    }
)
# How people write a letter if their keyboard lacks it.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_NEEDS_SPELLING = re.compile("[äöüøå]")


@lru_cache(maxsize=20_000)
def _fold_other(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return sys.intern(text)
    return "".join(_fold_digit(c) for c in text)


def _fold_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def fold(text: str) -> str:
    """Return a text without differences of case, accents, width and form of digits."""
    return text.lower() if text.isascii() else _fold_other(text)


def fold_word(word: str) -> str:
    """Return a word folded and cut to MAX_WORD_LENGTH."""
    return fold(word)[:MAX_WORD_LENGTH]


def spell_out(word: str) -> str:
    """Return a word with its umlauts as two letters (Müller: mueller), or "" if it has none."""
    if word.isascii():
        return ""
    lower = unicodedata.normalize("NFC", word).lower()
    return fold_word(lower.translate(_SPELLED_OUT)) if _NEEDS_SPELLING.search(lower) else ""
