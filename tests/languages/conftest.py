"""The site and the page of tests/interface, for pages that a browser measures."""

from tests.interface.conftest import page, site

__all__ = ["page", "site"]
