"""What granian serves in the benchmark: the product, and beside it the bare view.

The bare view has Django's session and authentication middleware and nothing else, in the same process and over
the same pool; through the product's own middleware B would hold the product's own cost, and flatter the ratios.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from django.core.asgi import get_asgi_application
from django.test.utils import override_settings

BARE = [
    "bench.counting.StatementsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

product = get_asgi_application()
with override_settings(MIDDLEWARE=BARE):
    bare = get_asgi_application()


async def application(scope: Any, receive: Any, send: Any) -> None:
    chosen = bare if scope.get("path") == "/bare/" else product
    await chosen(scope, receive, send)
