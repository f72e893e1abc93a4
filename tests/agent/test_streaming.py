"""Files served by an asynchronous server: in pieces, without a warning."""

from __future__ import annotations

import asyncio
import io
import warnings

from helpdesk.shared.http.streaming import StreamedFile


def test_a_file_is_served_in_pieces() -> None:
    content = b"x" * (3 * StreamedFile.block_size + 1)
    read: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            read.append(len(piece))
            return piece

    async def fetch() -> list[bytes]:
        pieces = []
        async for piece in StreamedFile(Watched(content)):
            assert sum(read) == sum(map(len, pieces)) + len(piece)  # nothing is read ahead
            pieces.append(piece)
        return pieces

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pieces = asyncio.run(fetch())
    assert b"".join(pieces) == content
    assert len(pieces) == 4
