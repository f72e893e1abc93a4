"""An export that is read as another help desk's is refused, not imported as something else."""

from __future__ import annotations

import pytest

from tests.imports.exports import load, pack, read
from tickets.exchange.source_file import UnreadableError

EXPORTS = {"zendesk": "zendesk_export", "freshdesk": "freshdesk", "zoho": "zoho_api"}


@pytest.mark.parametrize("reader", EXPORTS)
def test_tickets_of_another_help_desk_are_not_taken(reader: str) -> None:
    for source, folder in EXPORTS.items():
        tickets = {"tickets.json": load(folder)["tickets.json"]}
        if source == reader:
            assert any(each["kind"] == "ticket" for each in read(reader, pack(tickets))
                       if isinstance(each, dict))  # fmt: skip
            continue
        with pytest.raises(UnreadableError, match="Did you choose the right one"):
            read(reader, pack(tickets))
