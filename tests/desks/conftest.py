"""Export and erasure of a desk use the canary desk of tests/privacy/conftest.py."""

from tests.privacy.conftest import outbox, planted

__all__ = ["outbox", "planted"]
