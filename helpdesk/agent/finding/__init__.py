"""The command bar (Ctrl+K): tickets, people and accounts by number, words, name or address.

The page's own acts and the pages of the sidebar are found in the browser
(helpdesk/static/js/command_bar.js). The view is helpdesk/agent/views/find.py.
"""
