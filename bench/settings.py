"""The product's settings plus the benchmark's URLs and middleware."""

import os

from helpdesk.settings import *  # noqa: F403
from helpdesk.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.StatementsMiddleware", *MIDDLEWARE]
if os.environ.get("BENCH_UNLIMITED"):
    ACCOUNT_RATE_LIMITS, ADDRESS_RATE_LIMITS = False, {}
