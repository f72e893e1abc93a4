"""The lead's board: who is on shift with what load, how old the queues are, and when they break.

Start with page.py, which puts the parts together. sql.py has the statements; people.py what
routing says about agents. Only leads and admins see it, who see the tickets of every department.
"""
