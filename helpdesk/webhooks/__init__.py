"""URLs that other systems call: the CRM, code hosts and paging services.

Each checks who calls, stores what came, and responds; a task does the rest. Email providers have
theirs in channels_intake, and slash commands of chats in helpdesk/team_chat.
"""
