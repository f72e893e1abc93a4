"""Routing: the department, level and assignee of a ticket, by rules, shifts and rotation.

May import tickets and accounts, never sla or channels_intake. Start with rules/evaluation.py and
availability.py, which are pure, then assignment.py and followers.py. Folders: rules/, handover/
(work that moves to another agent), and staff/ (week plans, absences and on-call rotas).
"""
