"""Buttons of the pages of connections: tests, pulls, and what is sent or processed once more.

May import every package below helpdesk/, and helpdesk/shared. One module per kind of connection.
"""
