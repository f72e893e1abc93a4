"""The lead's board: agents on shift with their load, the age of the queues, breaches by hour.

Start with page.py, which puts the parts together. sql.py has the statements; people.py what
routing says about agents. Only leads and admins see it, who see the tickets of every department.
"""
