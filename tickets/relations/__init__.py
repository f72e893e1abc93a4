"""Relations between tickets: a ticket that was merged into another one.

May import the services of tickets. Start with merging.py.
"""
