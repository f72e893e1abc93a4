"""Files served in chunks by an asynchronous server.

Django reads a whole file into memory when it is served asynchronously, and warns at each request.
Here each chunk is read in a thread after the previous one was sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware


class StreamedFile(FileResponse):
    """A FileResponse that yields block_size bytes at a time to asynchronous servers, too."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = cast(Iterator[bytes], self.streaming_content)
        read_next = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
        while chunk := await read_next():
            yield chunk


class StaticFile(StreamedFile):
    """A static file with WhiteNoise's headers and no others."""

    def set_headers(self, filelike: Any) -> None:
        """Keep the headers as they are."""


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise with streamed files."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> StaticFile:
        found = static_file.get_response(request.method, request.META)
        response = StaticFile(found.file or (), status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response
