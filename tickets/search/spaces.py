"""Namespaces of the words in search documents, and blocks of tickets. Pure.

Every word of a document begins with its desk, so that the index keeps each desk's words apart: a
search reads nothing of other desks, however frequent the word is there. No text has these signs in
a word, so a search can't leave the namespaces it is written for.

Each document also has words for its blocks of ticket numbers, which the function search_blocks
writes (migrations/0021_search_blocks.py). A frequent word is looked for in the newest blocks, where
the index finds it without reading its other hits.
"""

from __future__ import annotations

NAMES = "~"  # of requester and account
NOTES = "!"  # internal notes and their files


def get_desk_space(desk_id: int) -> str:
    """Return what all words of a desk's documents begin with."""
    return f"{desk_id:x}@"
