"""Routing: the department and the assignee of a ticket, by rules, shifts and rotation.

May import tickets and accounts, never sla or channels_intake. Start with rules.py, which is pure,
then assignment.py and followers.py.
"""
