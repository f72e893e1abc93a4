"""Checks of secrets, hosts and HTTPS, and what production must or must not have. Pure."""

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


def list_fallback_problems(secret_key: str, fallbacks: list[str]) -> list[str]:
    """Return what is wrong with SECRET_KEY_FALLBACKS, without repeating a key."""
    if any(len(key) < MIN_SECRET_KEY for key in fallbacks):
        return [
            "SECRET_KEY_FALLBACKS must list former values of SECRET_KEY, separated by commas. Each"
            f" has at least {MIN_SECRET_KEY} characters."
        ]
    if secret_key in fallbacks:
        return [
            "SECRET_KEY_FALLBACKS must not list SECRET_KEY itself. Give SECRET_KEY a new value, and"
            " list the one before."
        ]
    return []


def list_weak_fallbacks(fallbacks: list[str]) -> list[str]:
    """Return what is wrong with former keys: a weak one lets anyone sign."""
    found = (_find_weakness("SECRET_KEY_FALLBACKS", key, MIN_SECRET_KEY) for key in fallbacks)
    return [f"{problem} Leave it out." for problem in found if problem][:1]


def _find_weakness(name: str, secret: str, min_length: int) -> str:
    if len(secret) < min_length:
        return f"{name} must be a random string of at least {min_length} characters."
    words = "".join(letter if letter.isalnum() else " " for letter in secret.lower())
    if any(word in words for word in EXAMPLE_WORDS):
        return f"{name} is a default value. Generate a random one."
    if len(zlib.compress(secret.encode())) < MIN_DENSITY * min_length:
        return f"{name} repeats itself and can be guessed. Generate a random one."
    return ""


def list_address_problems(site_url: str) -> list[str]:
    """Return what is wrong with SITE_URL as an address, whatever the hosts and the proxy."""
    try:
        site = urlsplit(site_url)
        host, _port = site.hostname, site.port
        (host or "").encode("idna")
    except ValueError:
        return ["SITE_URL is not a URL. Write https://help.example.com"]
    is_bare = not (site.path or site.query or site.fragment or "@" in site.netloc)
    if site.scheme in {"http", "https"} and host and is_bare and not set(site_url) & set(" \\"):
        return []
    return ["SITE_URL must be the address of the start page: https://help.example.com"]


def list_origin_problems(origins: list[str]) -> list[str]:
    """Return what is wrong with CORS_ALLOWED_ORIGINS."""
    if all(_is_origin(origin) for origin in origins):
        return []
    return [
        "CORS_ALLOWED_ORIGINS must list the origins of websites, without a path: "
        "https://www.example.com,https://shop.example.com:8443"
    ]


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = f"{parts.scheme}://{parts.netloc}" == text and parts.port != 0
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in text
    return known and is_web and not set(text) & set("* \\")


def list_site_problems(site_url: str, *, allowed_hosts: list[str], behind_https: bool) -> list[str]:
    """Return what is wrong with the address that links in emails start with.

    Plain HTTP is accepted only on this computer itself, to try Plumbline out.
    """
    if problems := list_address_problems(site_url):
        return problems
    site = urlsplit(site_url)
    host = site.hostname or ""
    is_open = site.scheme == "http" and host not in THIS_COMPUTER
    findings = [
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
    return [problem for is_wrong, problem in findings if is_wrong]


def list_production_problems(
    *, debug: bool | None, inbound_secret: str, two_factor: bool | None, allowed_hosts: list[str]
) -> list[str]:
    """Return what production must or must not have. None: a value that could not be read."""
    findings = [
        (bool(debug), "DEBUG must be off in production."),
        (
            not inbound_secret,
            "INBOUND_SECRET is missing. Without it, anyone could post inbound email.",
        ),
        (two_factor is False, "ADMIN_TWO_FACTOR must be on in production."),
        (not allowed_hosts, "ALLOWED_HOSTS is missing. List the host names to serve."),
        (
            "*" in allowed_hosts,
            "ALLOWED_HOSTS must list host names; '*' accepts any Host header.",
        ),
    ]
    return [problem for is_wrong, problem in findings if is_wrong]
