"""The formats that can be imported, by the key that a run stores.

A reader takes the SourceFile and yields neutral records as docs/exchange.md describes them, in any
order, and Problems for what it can't translate. It must yield the same things in the same order
each time: reading continues in slices. It keeps the source's own words for states, priorities,
departments and fields; the run's mapping translates them. Raises UnreadableError for a file of
another kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tickets.exchange.records import Problem, Record
from tickets.exchange.source_file import SourceFile
from tickets.exchange.sources import freshdesk, neutral
from tickets.exchange.sources.zendesk import reading as zendesk
from tickets.exchange.sources.zoho import reading as zoho

Reader = Callable[[SourceFile], Iterator[Record | Problem]]

READERS: Mapping[str, Reader] = {
    "neutral": neutral.read,
    "zendesk": zendesk.read,
    "zoho": zoho.read,
    "freshdesk": freshdesk.read,
}
