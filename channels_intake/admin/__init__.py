"""Admin pages of mailboxes and email, and of connections to other systems."""

from channels_intake.admin import blocking, calls, code_hosts, connections, mail, paging, team_chat

__all__ = ["blocking", "calls", "code_hosts", "connections", "mail", "paging", "team_chat"]
