"""What strangers may send at once, in the messenger and by website forms."""

from __future__ import annotations

from helpdesk.shared.fields import FileLimits

MAX_TEXT = 5000
MAX_FILES = 5
MAX_FILE_BYTES = 10 * 1024 * 1024  # of one message, in total
FILE_LIMITS = FileLimits(MAX_FILES, MAX_FILE_BYTES)
# A body in parts has more than its files; helpdesk/body_limits.py allows no more than this.
MAX_BODY_BYTES = MAX_FILE_BYTES + 1024 * 1024
