"""Checks of the environment that production starts with: secrets, hosts and HTTPS. Pure."""

from __future__ import annotations

import zlib
from urllib.parse import urlsplit

from django.http.request import validate_host

MIN_SECRET_KEY = 50  # characters, as Django's own check asks for
MIN_INBOUND_SECRET = 16
MIN_DENSITY = 0.8  # bytes per required character that compression has to leave
EXAMPLE_WORDS = (
    "insecure",
    "change me",
    "changeme",
    "example",
    "placeholder",
    "your secret",
    "secret key",
    "inbound secret",
    "password",
)
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


def list_weak_secrets(secret_key: str, inbound_secret: str) -> list[str]:
    """Return what is wrong with the secrets, without repeating them. A missing one is passed."""
    secrets = [
        ("SECRET_KEY", secret_key, MIN_SECRET_KEY),
        ("INBOUND_SECRET", inbound_secret, MIN_INBOUND_SECRET),
    ]
    found = (_find_weakness(*secret) for secret in secrets if secret[1])
    return [problem for problem in found if problem]


def _find_weakness(name: str, secret: str, min_length: int) -> str:
    if len(secret) < min_length:
        return f"{name} must be a random string of at least {min_length} characters."
    words = "".join(letter if letter.isalnum() else " " for letter in secret.lower())
    if any(word in words for word in EXAMPLE_WORDS):
        return f"{name} is a default value. Generate a random one."
    if len(zlib.compress(secret.encode())) < MIN_DENSITY * min_length:
        return f"{name} repeats itself and can be guessed. Generate a random one."
    return ""


def list_site_problems(site_url: str, *, allowed_hosts: list[str], behind_https: bool) -> list[str]:
    """Return what is wrong with the address that links in emails start with.

    Plain HTTP is accepted only on this computer itself, to try Plumbline out.
    """
    try:
        site = urlsplit(site_url)
        host, _port = site.hostname, site.port
    except ValueError:
        return ["SITE_URL is not a URL."]
    if site.scheme not in {"http", "https"} or not host or "@" in site.netloc or site.query:
        return ["SITE_URL must be the address of the start page: https://help.example.com"]
    is_open = site.scheme == "http" and host not in THIS_COMPUTER
    problems = [
        (
            bool(allowed_hosts) and not validate_host(host, allowed_hosts),
            f"ALLOWED_HOSTS must list {host}, the host of SITE_URL.",
        ),
        (is_open, "SITE_URL must start with https://. Links in emails carry secrets."),
        (
            host not in THIS_COMPUTER and not behind_https,
            "BEHIND_HTTPS must be on, unless SITE_URL is on localhost.",
        ),
    ]
    return [problem for is_wrong, problem in problems if is_wrong]
