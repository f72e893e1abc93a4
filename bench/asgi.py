"""The ASGI application of the benchmark: the product, and the bare view next to it.

The bare view has only Django's session and authentication middleware, in the same process and with
the same connection pool. With the product's middleware, the baseline would include costs of the
product, and the ratios would look too good.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from django.core.asgi import get_asgi_application
from django.test.utils import override_settings

from helpdesk import asgi

BARE = [
    "bench.counting.StatementsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

product = asgi.application
with override_settings(MIDDLEWARE=BARE):
    bare = get_asgi_application()


async def application(scope: Any, receive: Any, send: Any) -> None:
    chosen = bare if scope.get("path") == "/bare/" else product
    await chosen(scope, receive, send)
