"""Pages of side conversations: email with third parties about a ticket (templates/agent/side)."""
