"""Untrusted images: only pixels come out, within limits, and nothing raises."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from accounts.pictures import images
from accounts.pictures.encoder import FORMATS, MAX_MEMORY
from accounts.pictures.headers import MAX_SEGMENTS, read_size
from accounts.pictures.images import MAX_PIXELS, PictureError, PictureProblem, encode_png
from accounts.pictures.logos import MAX_BYTES, LogoError, encode_logo


def make(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


def decode(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def refusal(content: bytes) -> PictureProblem:
    with pytest.raises(PictureError) as refused:
        encode_png(content, width=9, height=9)
    return refused.value.problem


@pytest.mark.parametrize("kind", FORMATS)
def test_every_allowed_format_becomes_a_png(kind: str) -> None:
    image = decode(encode_png(make(kind), width=100, height=100))
    assert (image.format, image.size) == ("PNG", (40, 20))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused(kind: str) -> None:
    assert refusal(make(kind)) is PictureProblem.UNREADABLE


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
    assert b"script" not in png


def test_an_image_with_too_many_pixels_is_refused_unread() -> None:
    side = int(MAX_PIXELS**0.5)
    content = make("PNG", (side + 1, side + 1), mode="1")
    assert refusal(content) is PictureProblem.TOO_LARGE


@pytest.mark.parametrize("cut", [0, 1, 10, 30, 60])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_broken_image_is_refused(kind: str, cut: int) -> None:
    assert refusal(make(kind)[:cut]) is PictureProblem.UNREADABLE


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg xmlns='x'/>", b"\x00" * 100])
def test_what_is_no_image_is_refused(content: bytes) -> None:
    assert refusal(content) is PictureProblem.UNREADABLE


def test_a_logo_is_refused_with_what_to_do_next() -> None:
    with pytest.raises(LogoError, match=r"larger than 1 MB\. Choose a smaller one"):
        encode_logo(b"x" * (MAX_BYTES + 1))
    with pytest.raises(LogoError, match="Choose a PNG, JPEG, GIF or WebP file"):
        encode_logo(b"x" * MAX_BYTES)
    with pytest.raises(LogoError, match="Choose one of up to 2,000 by 2,000 pixels"):
        encode_logo(make("PNG", (2001, 2000)))


# --- The size, read without decoding ---


@pytest.mark.parametrize("size", [(1, 1), (6000, 3980), (300, 16383)])
@pytest.mark.parametrize("kind", FORMATS)
def test_the_size_is_the_one_pillow_reads(kind: str, size: tuple[int, int]) -> None:
    assert read_size(make(kind, size)) == size


@pytest.mark.parametrize("options", [{"lossless": True}, {"save_all": True}])
def test_the_size_of_every_kind_of_webp(options: dict[str, bool]) -> None:
    out = io.BytesIO()
    more = [Image.new("RGBA", (60, 39), "blue")] if "save_all" in options else []
    Image.new("RGBA", (60, 39), "red").save(out, "WEBP", append_images=more, **options)
    assert read_size(out.getvalue()) == (60, 39)
    assert decode(encode_png(out.getvalue(), width=99, height=99)).size == (60, 39)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_ends_early_has_no_size_and_raises_nothing(kind: str) -> None:
    content = make(kind)
    sizes = [read_size(content[:cut]) for cut in range(len(content))]
    assert set(sizes) == {None, (40, 20)}


def jpeg_with(before: bytes) -> bytes:
    content = make("JPEG")
    return content[:2] + before + content[2:]


def test_the_size_of_a_jpeg_comes_after_other_segments_and_padding() -> None:
    segment = b"\xff\xe1\xff\xff" + bytes(0xFFFD)
    assert read_size(jpeg_with(b"\xff\xff" + 9 * segment)) == (40, 20)


def test_a_jpeg_of_segments_only_is_left_early() -> None:
    empty = b"\xff\xe1\x00\x02"
    assert read_size(jpeg_with(empty * (MAX_SEGMENTS // 2))) == (40, 20)
    assert read_size(jpeg_with(empty * 1_000_000)) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_an_image_is_not_decoded_in_this_process(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, decoded = make(kind, (800, 600)), []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: decoded.append(image.size))
    monkeypatch.setattr(Image, "open", lambda *args, **options: decoded.append(args))
    assert encode_png(content, width=9, height=9)
    assert decoded == []


# --- The process that decodes ---


def encoder(text: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Start a program of the test's own instead of the encoder."""
    (folder / "encoder.py").write_text(text)
    patch.setattr(images, "ENCODER", folder / "encoder.py")


def test_an_image_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder("while True: pass", tmp_path, monkeypatch)
    monkeypatch.setattr(images, "MAX_SECONDS", 0.1)
    assert refusal(make("PNG")) is PictureProblem.TOOK_TOO_LONG


def test_an_image_that_uses_up_its_cpu_time_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    encoder(text, tmp_path, monkeypatch)
    assert refusal(make("PNG")) is PictureProblem.TOOK_TOO_LONG


def test_an_image_that_crashes_the_decoder_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder("import os; os.abort()", tmp_path, monkeypatch)
    assert refusal(make("PNG")) is PictureProblem.UNREADABLE


def test_the_decoder_has_limits_and_none_of_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for an image")
    text = f"""
import json, os, resource, runpy
runpy.run_path({str(images.ENCODER)!r})["set_limits"]()
limits = [resource.getrlimit(getattr(resource, f"RLIMIT_{{name}}")) for name in ("CPU", "AS")]
print(json.dumps([limits, os.nice(0), "SECRET_KEY" in os.environ]))
"""
    encoder(text, tmp_path, monkeypatch)
    limits, niceness, has_secret = json.loads(encode_png(make("PNG"), width=9, height=9))
    assert limits == [[10, 10], [MAX_MEMORY, MAX_MEMORY]]
    assert niceness > 0
    assert not has_secret


def test_a_frame_larger_than_the_canvas_it_claims_is_refused() -> None:
    """A GIF's frame may extend beyond the size in its header; Pillow then enlarges the image."""
    content = bytearray(make("GIF", (4000, 4000)))
    content[6:10] = struct.pack("<HH", 8, 8)
    assert read_size(bytes(content)) == (8, 8)
    with pytest.raises(PictureError):
        encode_png(bytes(content), width=9, height=9, max_pixels=64)
