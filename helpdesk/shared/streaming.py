"""Files served piece by piece.

Django reads a file whole into memory when it is served asynchronously, and warns of it at each request. Here each
piece is read in a thread when the last one is on its way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware


class StreamedFile(FileResponse):
    """A FileResponse that an asynchronous server, too, gets in pieces of block_size bytes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = cast(Iterator[bytes], self.streaming_content)
        read_next = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
        while piece := await read_next():
            yield piece


class StaticFile(StreamedFile):
    """With WhiteNoise's headers and no others."""

    def set_headers(self, filelike: Any) -> None:
        pass


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, whose files are streamed."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> StaticFile:
        found = static_file.get_response(request.method, request.META)
        response = StaticFile(found.file or (), status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response
