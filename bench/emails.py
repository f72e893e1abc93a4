"""Emails for the inbound benchmark: 2 KB with two parts, 50 KB with a file, and replies."""

from __future__ import annotations

import random
from email.message import EmailMessage

PEOPLE = 1990  # known contacts of the first desk (bench/world.py creates 2,000)
ACCOUNTS = 200
WORDS = [
    "server",
    "login",
    "error",
    "channel",
    "update",
    "please",
    "since",
    "version",
    "users",
    "morning",
]


def _write(length: int, chance: random.Random) -> str:
    text = ""
    while len(text) < length:
        text += chance.choice(WORDS) + chance.choice([" ", " ", " ", ", ", ".\n"])
    return text[:length]


def get_person_number(address: str) -> int:
    """Return the number of the contact with this address, "person7@..."."""
    return int(address.partition("@")[0].removeprefix("person"))


def build_email(
    number: int,
    *,
    is_large: bool = False,
    reply_to: str = "",
    person: int | None = None,
    to: str = "support@bench1.example",
) -> bytes:
    """Return an email of a known customer. reply_to: a Message-ID without angle brackets."""
    chance = random.Random(number)
    text = _write(700, chance)
    mail = EmailMessage()
    person = person or number % PEOPLE + 1
    mail["From"] = (
        f"Person {person} <person{person}@customer{person % ACCOUNTS + 1}-bench1.example>"
    )
    mail["To"] = to
    mail["Subject"] = f"{'Re: ' if reply_to else ''}Trouble number {number}"
    mail["Message-ID"] = f"<bench-{number}-{len(reply_to)}-{is_large}@customer.example>"
    mail["Date"] = "Sun, 22 Nov 2026 10:00:00 +0000"
    if reply_to:
        mail["In-Reply-To"] = mail["References"] = f"<{reply_to}>"
    mail.set_content(text)
    html = "".join(f"<p>{line}</p>" for line in text.splitlines())
    mail.add_alternative(
        f"<html><body>{html * (12 if is_large else 1)}</body></html>", subtype="html"
    )
    if is_large:
        content = chance.randbytes(27_000)
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename="trace.bin"
        )
    return mail.as_bytes()
