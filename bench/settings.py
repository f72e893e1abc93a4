"""The product's settings, with the addresses and the one middleware that only the benchmark has."""

from helpdesk.settings import *  # noqa: F403
from helpdesk.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.StatementsMiddleware", *MIDDLEWARE]
