"""The desk of the canary (tests/privacy/conftest.py) serves the tests of export and erasure of a desk too."""

from tests.privacy.conftest import outbox, planted

__all__ = ["outbox", "planted"]
