"""Rate limits of the API, counted in Valkey by minute, per token, person or address.

While Valkey is unavailable nothing is counted and nothing refused. The headers are those of
draft-ietf-httpapi-ratelimit-headers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import redis
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpResponseBase

from helpdesk.api.access.grants import get_grant
from helpdesk.live.breaker import Breaker

WINDOW = 60  # seconds
PREFIX = "plumbline:api:"

# Counts a request and returns the count with the milliseconds left of the window.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""

valkey = Breaker("api_requests_not_counted")


@dataclass(frozen=True, slots=True)
class Usage:
    """A counted request. name: of the policy. remaining: requests left in the window."""

    name: str
    limit: int
    remaining: int
    reset: int  # seconds
    is_exceeded: bool = False


def count_request(request: Any) -> Usage:
    """Count a request of a token, of a signed-in person, or of an address."""
    name, key, limit = _choose_policy(request)

    def count(client: redis.Redis) -> tuple[int, int]:
        counted, left = client.eval(_COUNT, 1, f"{PREFIX}{key}", WINDOW * 1000)
        return int(counted), int(left)

    counted, left = valkey.run(count) or (0, WINDOW * 1000)
    reset = max(1, -(-left // 1000))
    return Usage(name, limit, max(0, limit - counted), reset, counted > limit)


def add_headers(response: HttpResponseBase, usage: Usage) -> None:
    """Tell a program how many requests it has left."""
    response["RateLimit-Policy"] = f'"{usage.name}";q={usage.limit};w={WINDOW}'
    response["RateLimit"] = f'"{usage.name}";r={usage.remaining};t={usage.reset}'


def _choose_policy(request: Any) -> tuple[str, str, int]:
    grant = get_grant(request)
    if grant is not None:
        return "token", grant.key, grant.requests_per_minute
    if request.user.is_authenticated:
        return "person", f"user:{request.user.pk}", settings.API_REQUESTS_PER_PERSON
    address = get_adapter().get_client_ip(request)
    return "address", f"address:{address}", settings.API_REQUESTS_PER_ADDRESS
