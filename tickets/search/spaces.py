"""Namespaces of the words in search documents, and blocks of tickets. Pure.

Every word of a document is prefixed with its desk, so the index keeps the desks apart: a search
reads nothing of other desks, however common the word is there. The prefix has characters that no
word contains, so a search can't leave its namespaces.

Each document also has words for its blocks of ticket numbers, which the function search_blocks
writes (migrations/0021_search_blocks.py). A common word is searched only in the newest blocks,
where the index finds it without reading all its hits.
"""

from __future__ import annotations

NAMES = "~"  # of requester and account
NOTES = "!"  # internal notes and their files


def get_desk_space(desk_id: int) -> str:
    """Return the prefix of all words in a desk's documents."""
    return f"{desk_id:x}@"


def get_department_space(desk_id: int, department_id: int | None) -> str:
    """Return the prefix of the words that a document has from tickets of a department.

    None: of tickets without one. A search names the departments whose tickets a person may see.
    """
    return f"{get_desk_space(desk_id)}#{department_id or 0:x}@"
