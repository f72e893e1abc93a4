"""What mail does when something happens to a ticket."""

from __future__ import annotations

from tickets.log import Followers

LATER: Followers = {}
