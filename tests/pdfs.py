"""PDFs for tests: harmless, locked, and hostile."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image


def make_pdf(pages: int = 1, *, size: tuple[int, int] = (60, 80)) -> bytes:
    """Return a PDF whose pages are red."""
    out = io.BytesIO()
    first, *others = [Image.new("RGB", size, "red") for _ in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def make_locked_pdf() -> bytes:
    """Return a PDF with a password."""
    keys = b"/O <%s> /U <%s> /P -4" % (b"41" * 32, b"42" * 32)
    lock = b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 %s >>" % keys
    return _write_pdf(b"", trailer=lock)


def make_nested_pdf() -> bytes:
    """Return a PDF of one page whose forms draw each other 30 times, eight levels deep."""
    forms = []
    for level in range(8):
        drawn = b"0 0 200 200 re f " if level == 7 else b"/X Do "
        inside = b"/Resources << /XObject << /X %d 0 R >> >>" % (level + 6)
        kind = b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] " + inside
        forms.append(_write_stream(drawn * 30, kind))
    return _write_pdf(b"/X Do", resources=b"/XObject << /X 5 0 R >>", more=forms)


def _write_stream(content: bytes, kind: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), kind, content)


def _write_pdf(
    content: bytes, *, resources: bytes = b"", more: Sequence[bytes] = (), trailer: bytes = b""
) -> bytes:
    """Return a PDF of one page. more: its objects from the fifth."""
    page = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< %s /Resources << %s >> >>" % (page, resources),
        _write_stream(content),
        *more,
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, text in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, text))
    start, count = out.tell(), len(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, b"".join(places)))
    out.write(b"trailer << /Root 1 0 R /Size %d %s >>\n" % (count, trailer))
    out.write(b"startxref\n%d\n%%%%EOF" % start)
    return out.getvalue()
