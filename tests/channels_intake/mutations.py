"""Seeded damage to real-looking emails. The same seed produces the same email."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))

HOSTILE_LINES = [
    b"From: ceo@other.example",
    b'Content-Type: multipart/mixed; boundary="' + b"x" * 300 + b'"',
    b"Content-Type: multipart/mixed; boundary=outer",
    b"Content-Type: text/html; charset=utf-7",
    b'Content-Type: text/plain; charset="\x00"',
    b"Content-Type: text/plain; charset=unicode_escape",
    b"Content-Type: message/rfc822",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Disposition: attachment; filename*0*=x'y'%ff%00; filename*99999=z",
    b"Subject: =?utf-8?b?////?= =?x?q?=ff=00?= =?utf-16?b?AA==?=",
    b"Date: Fri, 31 Feb 99999 25:61:61 +99999999999999999999",
    b"References: " + b"<" * 500,
    b"Message-ID: <\xff\x00>",
    b"Authentication-Results: mx.rocket.example; dmarc=pass header.from=acme.example",
    b"To: " + b'"' * 101 + b"<a@b>,,;:(((",
    b"\tcontinuation of nothing",
    b": no name",
    b"--",
    b"----",
    b"&#" + b"9" * 5000 + b";",
    b"<b a=1><p>" * 200,
    b"<!--",
    b"begin 644 file.txt",
    b"X" * 100_000,
]

Mutation = Callable[[bytes, random.Random], bytes]


def flip_bytes(raw: bytes, dice: random.Random) -> bytes:
    """Change a few bytes."""
    data = bytearray(raw)
    for _ in range(dice.randint(1, 40)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def cut_off(raw: bytes, dice: random.Random) -> bytes:
    """End the email early."""
    return raw[: dice.randrange(len(raw))]


def remove_slice(raw: bytes, dice: random.Random) -> bytes:
    """Remove a piece."""
    start = dice.randrange(len(raw))
    return raw[:start] + raw[start + dice.randint(1, 200) :]


def repeat_slice(raw: bytes, dice: random.Random) -> bytes:
    """Repeat a piece many times."""
    start = dice.randrange(len(raw))
    return (
        raw[:start] + raw[start : start + dice.randint(1, 120)] * dice.randint(2, 400) + raw[start:]
    )


def shuffle_lines(raw: bytes, dice: random.Random) -> bytes:
    """Swap a few lines."""
    lines = raw.split(b"\n")
    for _ in range(dice.randint(1, 10)):
        first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def insert_hostile_line(raw: bytes, dice: random.Random) -> bytes:
    """Insert lines that are known to hurt parsers."""
    lines = raw.split(b"\n")
    for _ in range(dice.randint(1, 4)):
        lines.insert(dice.randrange(len(lines)), dice.choice(HOSTILE_LINES))
    return b"\n".join(lines)


def insert_hostile_header(raw: bytes, dice: random.Random) -> bytes:
    """Insert a hostile line on top, where it counts."""
    return dice.choice(HOSTILE_LINES) + b"\n" + raw


def change_line_ends(raw: bytes, dice: random.Random) -> bytes:
    """Use other line ends, in all or in some lines."""
    ends = dice.choice([[b"\r\n"], [b"\r"], [b"\n", b"\r\n", b"\r", b"\n\r", b"\x0b"]])
    return b"".join(line + dice.choice(ends) for line in raw.split(b"\n"))


def add_nulls(raw: bytes, dice: random.Random) -> bytes:
    """Insert NUL characters."""
    for _ in range(dice.randint(1, 20)):
        place = dice.randrange(len(raw))
        raw = raw[:place] + b"\x00" * dice.randint(1, 9) + raw[place:]
    return raw


def nest(raw: bytes, dice: random.Random) -> bytes:
    """Wrap the email into many multiparts."""
    for level in range(dice.randint(2, 60)):
        raw = b'Content-Type: multipart/mixed; boundary="n%d"\n\n--n%d\n' % (level, level) + raw
    return b"From: ann@acme.example\n" + raw


def join_two(raw: bytes, dice: random.Random) -> bytes:
    """Append the end of another email."""
    other = dice.choice(MAILS).read_bytes()
    return raw[: dice.randrange(len(raw))] + other[dice.randrange(len(other)) :]


MUTATIONS: list[Mutation] = [
    flip_bytes,
    cut_off,
    remove_slice,
    repeat_slice,
    shuffle_lines,
    insert_hostile_line,
    insert_hostile_header,
    change_line_ends,
    add_nulls,
    nest,
    join_two,
]


def make_corpus(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield `count` damaged emails, each with a name that tells how it was made."""
    originals = [(path.stem, path.read_bytes()) for path in MAILS]
    for number in range(count):
        dice = random.Random(f"{seed}-{number}")
        stem, raw = originals[number % len(originals)]
        chosen = [dice.choice(MUTATIONS) for _ in range(dice.randint(1, 3))]
        for mutate in chosen:
            raw = mutate(raw or b"\n", dice)
        yield f"{number} {stem} {' '.join(mutate.__name__ for mutate in chosen)}", raw
