"""An SMTP server (RFC 5321) that accepts every email and notes when it came, for whom, and its
reply address. It stands for the outside world, so its CPU time is not counted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes

GREETING, OK, GO_ON, BYE = b"220 sink\r\n", b"250 OK\r\n", b"354 Go on\r\n", b"221 Bye\r\n"


@dataclass(frozen=True)
class Received:
    """An email that arrived. at: time.monotonic()."""

    at: float
    to: str
    subject: str
    reply_to: str
    message_id: str


class SmtpSink:
    """The server in a thread of its own.

    received: all emails, in order. peak: the most connections that were open at once.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.peak = self._open = 0
        self.port = 0
        self._is_ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._is_ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**20)
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        self.peak = max(self.peak, self._open)
        try:
            await self._answer(reader, writer)
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        to: list[str] = []
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                to.append(line.partition(b"<")[2].partition(b">")[0].decode())
            if verb == b"DATA":
                writer.write(GO_ON)
                self._note(to, await reader.readuntil(b"\r\n.\r\n"))
                to = []
            writer.write(BYE if verb == b"QUIT" else OK)
            if verb == b"QUIT":
                break

    def _note(self, to: list[str], content: bytes) -> None:
        head = message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        fields = (str(head[name] or "") for name in ("Subject", "Reply-To", "Message-ID"))
        self.received.append(Received(time.monotonic(), ", ".join(to), *fields))
