"""The ticket page: the conversation, the panel, the clocks, and the actions a state allows.

May import helpdesk.agent.sql and statements. Start with ticket_queries.py (the conversation) and
panel_queries.py, which read the page. Folders: composing/, clocks/ and forms/.
"""
