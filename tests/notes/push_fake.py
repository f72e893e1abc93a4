"""A fake push service over real HTTP, with browsers that decrypt what arrives.

It refuses what a real one refuses: RFC 8030 (TTL, ended subscriptions), RFC 8292 (signature,
audience, end, contact, the key that the subscription is bound to), RFC 8188 and 8291 (encoding). It
decrypts with primitives only, not with the library that the product encrypts with.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cast import NOON

P256 = ec.SECP256R1()


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def write_point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class Browser:
    """A subscription of a browser. server_key: the key that the page subscribed with."""

    endpoint: str
    server_key: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(P256))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    shown: list[dict[str, Any]] = field(default_factory=list)
    urgencies: list[str] = field(default_factory=list)
    has_ended: bool = False

    @property
    def form(self) -> dict[str, str]:
        """What the page sends."""
        return {
            "endpoint": self.endpoint,
            "public_key": encode(write_point(self.key.public_key())),
            "auth_secret": encode(self.secret),
        }

    def decrypt(self, body: bytes) -> bytes:
        """Return the content of a message of one record. Raises InvalidTag."""
        salt, length = body[:16], body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        own = write_point(self.key.public_key())
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(P256, sender)
        )
        secret = derive(self.secret, shared, b"WebPush: info\0" + own + sender, 32)
        key = derive(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(salt, secret, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\2"), "not the last record"
        return padded[:-1]


@dataclass
class PushFake:
    """A push service. now: its clock. asked: how many messages arrived, refused ones, too."""

    url: str = ""
    now: datetime = NOON
    browsers: dict[str, Browser] = field(default_factory=dict)
    next_answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    asked: int = 0

    def subscribe(self, server_key: str) -> Browser:
        path = f"/push/{len(self.browsers) + 1}"
        self.browsers[path] = Browser(self.url + path, server_key)
        return self.browsers[path]

    def accept(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        self.asked += 1
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        if browser.has_ended:
            return 410
        if not headers.get("TTL", "").isdecimal():
            return 400
        if headers.get("Content-Encoding") != "aes128gcm" or len(body) > 4096:
            return 413 if len(body) > 4096 else 415
        if not self._is_signed(headers.get("Authorization", ""), browser):
            return 403
        try:
            browser.shown.append(json.loads(browser.decrypt(body)))
        except InvalidTag:
            return 400  # a real service can't tell; the browser would show nothing
        browser.urgencies.append(headers["Urgency"])
        return 201

    def _is_signed(self, header: str, browser: Browser) -> bool:
        scheme, _, rest = header.partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        if scheme != "vapid" or given.get("k") != browser.server_key:
            return False
        key = ec.EllipticCurvePublicKey.from_encoded_point(P256, decode(given["k"]))
        try:
            claims = jwt.decode(
                given["t"], key, ["ES256"], audience=self.url, options={"verify_exp": False}
            )
        except jwt.InvalidTokenError:
            return False
        left = datetime.fromtimestamp(claims["exp"], self.now.tzinfo) - self.now
        return timedelta(0) < left <= timedelta(hours=24) and claims["sub"].startswith(
            ("mailto:", "https:")
        )


class Handler(BaseHTTPRequestHandler):
    fake: PushFake

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers: dict[str, str] = {}
        if self.fake.next_answers:
            self.fake.asked += 1
            status, headers = self.fake.next_answers.popleft()
        else:
            status = self.fake.accept(self.path, self.headers, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serve_pushes() -> Iterator[PushFake]:
    """A push service that listens on this machine until the block ends."""
    fake = PushFake()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
