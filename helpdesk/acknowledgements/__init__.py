"""The page behind a signed link that acknowledges an escalation, and the address of such a link."""
