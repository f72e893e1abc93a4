"""Load the settings of a web server or worker, or end with the sentences of what is wrong."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def load_settings(**signal: Any) -> None:
    """Load the settings. A problem of the environment ends the process without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    try:
        settings.MODE  # noqa: B018 (loads them)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
