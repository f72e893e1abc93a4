"""Admin pages of mailboxes and email, and of connections to other systems."""

from channels_intake.admin import calls, code_hosts, connections, mail, paging, team_chat

__all__ = ["calls", "code_hosts", "connections", "mail", "paging", "team_chat"]
