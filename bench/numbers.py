"""Numbers that no two emails or tickets of a run share, and that differ between runs."""

from __future__ import annotations

import itertools
import time

numbers = itertools.count(int(time.time()) * 1000 % 10**9)
