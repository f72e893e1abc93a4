"""Untrusted images: only pixels come out, within limits, and nothing raises."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from accounts.pictures.images import FORMATS, MAX_PIXELS, encode_png
from accounts.pictures.logos import MAX_BYTES, LogoError, encode_logo


def make(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


def decode(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_allowed_format_becomes_a_png(kind: str) -> None:
    image = decode(encode_png(make(kind), width=100, height=100))
    assert (image.format, image.size) == ("PNG", (40, 20))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    assert encode_png(make(kind), width=100, height=100) is None


def test_a_large_image_is_scaled_down_and_keeps_its_proportions() -> None:
    image = decode(encode_png(make("PNG", (400, 100)), width=200, height=160))
    assert image.size == (200, 50)


def test_a_small_image_is_not_scaled_up() -> None:
    assert decode(encode_png(make("PNG", (4, 4)), width=200, height=160)).size == (4, 4)


def test_transparency_stays() -> None:
    assert decode(encode_png(make("PNG", mode="RGBA"), width=99, height=99)).mode == "RGBA"
    assert decode(encode_png(make("JPEG"), width=99, height=99)).mode == "RGB"


def test_texts_in_the_file_do_not_come_out() -> None:
    out, texts = io.BytesIO(), PngImagePlugin.PngInfo()
    texts.add_text("Comment", "<script>secret</script>")
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=texts)
    png = encode_png(out.getvalue() + b"<script>appended</script>", width=9, height=9)
    assert png is not None
    assert b"script" not in png


def test_an_image_with_too_many_pixels_is_refused_unread() -> None:
    side = int(MAX_PIXELS**0.5)
    assert encode_png(make("PNG", (side + 1, side + 1), mode="1"), width=9, height=9) is None


@pytest.mark.parametrize("cut", [0, 1, 10, 30, 60])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_broken_image_is_refused(kind: str, cut: int) -> None:
    assert encode_png(make(kind)[:cut], width=9, height=9) is None


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg xmlns='x'/>", b"\x00" * 100])
def test_what_is_no_image_is_refused(content: bytes) -> None:
    assert encode_png(content, width=9, height=9) is None


def test_a_logo_is_refused_with_what_to_do_next() -> None:
    with pytest.raises(LogoError, match=r"larger than 1 MB\. Choose a smaller one"):
        encode_logo(b"x" * (MAX_BYTES + 1))
    with pytest.raises(LogoError, match="Choose a PNG, JPEG, GIF or WebP file"):
        encode_logo(b"x" * MAX_BYTES)
