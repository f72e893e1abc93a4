"""A bucket server that speaks S3 over HTTP, and refuses what S3 refuses.

Signatures (version 4), clocks, hashes of bodies, unknown buckets and keys, other hosts, parts that
are too small and uploads that don't exist. Written from the protocol's documentation, not from the
client: https://docs.aws.amazon.com/AmazonS3/latest/API/
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

KEY, SECRET, REGION = "PLUMBLINETESTKEY", "only-for-the-test-of-buckets", "eu-test-1"
MIN_PART = 5 * 1024 * 1024
MAX_SKEW = timedelta(minutes=15)
SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,"
    r" ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)
STATUS = {
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "InvalidAccessKeyId": 403,
    "SignatureDoesNotMatch": 403,
    "RequestTimeTooSkewed": 403,
    "AccessDenied": 403,
    "PreconditionFailed": 412,
    "XMinioStorageFull": 507,
    "MethodNotAllowed": 405,
}  # all others: 400


class Refusal(Exception):
    """An error that S3 answers with."""


@dataclass
class Stored:
    content: bytes
    at: datetime

    @property
    def etag(self) -> str:
        return hashlib.md5(self.content).hexdigest()


@dataclass
class Upload:
    key: str
    at: datetime
    parts: dict[int, Stored] = field(default_factory=dict)


class BucketServer(ThreadingHTTPServer):
    """buckets: contents by bucket and key. uploads: multipart uploads that are not complete."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.buckets: dict[str, dict[str, Stored]] = {}
        self.uploads: dict[str, Upload] = {}
        self.requests: list[str] = []
        self.fail_after: int | None = None  # parts; then the server is full
        self.is_read_only = False
        self.is_write_only = False  # the key may not get objects, but list them
        self.break_next = 0  # downloads whose connection breaks in the middle
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def now(self) -> datetime:
        return datetime.now(UTC)


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BucketServer

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        name, _, self.key = unquote(parts.path).lstrip("/").partition("/")
        try:
            check_signature(self.command, parts.path, parts.query, self.headers, body)
            with self.server.lock:
                self.server.requests.append(f"{self.command} {self.path}")
                if name not in self.server.buckets:
                    raise Refusal("NoSuchBucket")
                self.bucket, self.objects = name, self.server.buckets[name]
                if self.server.is_read_only and self.command != "GET" and self.command != "HEAD":
                    raise Refusal("AccessDenied")
                getattr(self, f"answer_{self.command.lower()}")(body)
        except Refusal as error:
            code = str(error)
            self.respond(STATUS.get(code, 400), to_xml("Error", f"<Code>{code}</Code>"))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

    def respond(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_get(self, body: bytes) -> None:
        if not self.key:
            self.answer_list()
            return
        found = self.find()
        start, end, status = 0, len(found.content), 200
        if given := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            start, status = int(given[1]), 206
            end = min(end, int(given[2]) + 1) if given[2] else end
            if start >= len(found.content):
                raise Refusal("InvalidRange")
        ranged = {"Content_Range": f"bytes {start}-{end - 1}/{len(found.content)}"}
        if self.headers.get("If-Match", f'"{found.etag}"') != f'"{found.etag}"':
            raise Refusal("PreconditionFailed")
        content = found.content[start:end]
        if self.server.break_next:
            self.server.break_next -= 1
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        self.respond(status, content, **describe(found), **(ranged if status == 206 else {}))

    def answer_head(self, body: bytes) -> None:
        if not self.key:
            self.respond(200)
            return
        found = self.find()
        self.send_response(200)
        for header, value in describe(found).items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(found.content)))
        self.end_headers()

    def answer_put(self, body: bytes) -> None:
        if "uploadId" in self.query:
            upload = self.find_upload()
            if self.server.fail_after is not None and len(upload.parts) >= self.server.fail_after:
                raise Refusal("XMinioStorageFull")
            stored = Stored(body, self.server.now())
            upload.parts[int(self.query["partNumber"])] = stored
        else:
            stored = self.objects[self.key] = Stored(body, self.server.now())
        self.respond(200, ETag=f'"{stored.etag}"')

    def answer_post(self, body: bytes) -> None:
        if "uploads" in self.query:
            number = f"upload-{len(self.server.requests)}"
            self.server.uploads[number] = Upload(f"{self.bucket}/{self.key}", self.server.now())
            names = f"<Bucket>{self.bucket}</Bucket><Key>{escape(self.key)}</Key>"
            text = f"{names}<UploadId>{number}</UploadId>"
            self.respond(200, to_xml("InitiateMultipartUploadResult", text))
        elif "uploadId" in self.query:
            self.complete(body)
        else:
            raise Refusal("MethodNotAllowed")

    def complete(self, body: bytes) -> None:
        upload = self.find_upload()
        listed = [
            (int(str(part.findtext("{*}PartNumber"))), str(part.findtext("{*}ETag")).strip('"'))
            for part in ElementTree.fromstring(body).iterfind("{*}Part")
        ]
        if listed != sorted(listed):
            raise Refusal("InvalidPartOrder")
        chosen = [upload.parts.get(number) for number, _ in listed]
        if not chosen or any(
            part is None or part.etag != etag
            for part, (_, etag) in zip(chosen, listed, strict=True)
        ):
            raise Refusal("InvalidPart")
        contents = [part.content for part in chosen if part]
        if any(len(content) < MIN_PART for content in contents[:-1]):
            raise Refusal("EntityTooSmall")
        self.objects[self.key] = Stored(b"".join(contents), self.server.now())
        del self.server.uploads[self.query["uploadId"]]
        self.respond(200, to_xml("CompleteMultipartUploadResult", '<ETag>"x"</ETag>'))

    def answer_delete(self, body: bytes) -> None:
        if "uploadId" in self.query:
            self.find_upload()
            del self.server.uploads[self.query["uploadId"]]
        else:
            self.objects.pop(self.key, None)
        self.respond(204)

    def answer_list(self) -> None:
        if "uploads" in self.query:
            prefix = f"{self.bucket}/{self.query.get('prefix', '')}"
            text = "".join(
                f"<Upload><Key>{escape(upload.key.partition('/')[2])}</Key>"
                f"<UploadId>{number}</UploadId><Initiated>{write_time(upload.at)}</Initiated>"
                "</Upload>"
                for number, upload in self.server.uploads.items()
                if upload.key.startswith(prefix)
            )
            self.respond(200, to_xml("ListMultipartUploadsResult", text))
            return
        prefix, mark = self.query.get("prefix", ""), self.query.get("delimiter", "")
        keys = [key for key in sorted(self.objects) if key.startswith(prefix)]
        entries = dict.fromkeys(cut_after(key, mark, start=len(prefix)) for key in keys)
        after = self.query.get("marker") or self.query.get("continuation-token") or ""
        left = [entry for entry in entries if entry > after]
        page = left[: int(self.query.get("max-keys", PAGE))]
        text = "".join(self.describe_entry(entry) for entry in page)
        is_cut = len(page) < len(left)
        if is_cut:
            last = escape(page[-1])
            text += f"<NextMarker>{last}</NextMarker>"
            text += f"<NextContinuationToken>{last}</NextContinuationToken>"
        if self.query.get("encoding-type") == "url":
            text += "<EncodingType>url</EncodingType>"
        text += f"<IsTruncated>{str(is_cut).lower()}</IsTruncated>"
        self.respond(200, to_xml("ListBucketResult", text))

    def describe_entry(self, entry: str) -> str:
        name = quote(entry, safe="/") if self.query.get("encoding-type") == "url" else escape(entry)
        if entry not in self.objects:
            return f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>"
        found = self.objects[entry]
        size, at = len(found.content), write_time(found.at)
        return (
            f"<Contents><Key>{name}</Key><Size>{size}</Size>"
            f"<LastModified>{at}</LastModified></Contents>"
        )

    def find(self) -> Stored:
        if self.key not in self.objects:
            raise Refusal("NoSuchKey")
        if self.server.is_write_only:
            raise Refusal("AccessDenied")
        return self.objects[self.key]

    def find_upload(self) -> Upload:
        upload = self.server.uploads.get(self.query["uploadId"])
        if upload is None or upload.key != f"{self.bucket}/{self.key}":
            raise Refusal("NoSuchUpload")
        return upload

    def log_message(self, format: str, *arguments: Any) -> None:
        """Stay silent."""


PAGE = 3  # so that lists have several pages


def cut_after(key: str, mark: str, *, start: int) -> str:
    """Return the key up to the first delimiter after the prefix: a common prefix."""
    found = key.find(mark, start) if mark else -1
    return key if found < 0 else key[: found + len(mark)]


def to_xml(name: str, text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{text}</{name}>'.encode()


def write_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def describe(found: Stored) -> dict[str, str]:
    modified = found.at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {"ETag": f'"{found.etag}"', "Last_Modified": modified}


def check_signature(method: str, path: str, query: str, headers: Any, body: bytes) -> None:
    """Raise Refusal unless the request is signed with the key, now, and for this very body."""
    given = SIGNATURE.fullmatch(headers.get("Authorization", ""))
    if not given:
        raise Refusal("AccessDenied")
    key, day, region, names, signature = given.groups()
    if key != KEY:
        raise Refusal("InvalidAccessKeyId")
    moment = headers["x-amz-date"]
    at = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - at) > MAX_SKEW:
        raise Refusal("RequestTimeTooSkewed")
    payload = headers["x-amz-content-sha256"]
    if payload != hashlib.sha256(body).hexdigest():
        raise Refusal("XAmzContentSHA256Mismatch")
    lines = [f"{name}:{' '.join(headers[name].split())}\n" for name in names.split(";")]
    pairs = sorted(pair if "=" in pair else f"{pair}=" for pair in query.split("&") if pair)
    canonical = "\n".join([method, path, "&".join(pairs), "".join(lines), names, payload])
    scope = f"{day}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, digest])
    secret = f"AWS4{SECRET}".encode()
    for step in (day, region, "s3", "aws4_request"):
        secret = hmac.digest(secret, step.encode(), "sha256")
    expected = hmac.digest(secret, text.encode(), "sha256").hex()
    if region != REGION or not hmac.compare_digest(expected, signature):
        raise Refusal("SignatureDoesNotMatch")


@contextmanager
def serve_buckets(*names: str) -> Iterator[BucketServer]:
    """Run a server with these empty buckets."""
    with BucketServer() as server:
        server.buckets = {name: {} for name in names}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
