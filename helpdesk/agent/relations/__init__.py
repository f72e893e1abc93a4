"""Relations between tickets on the agent pages: what a ticket is linked to, and the choice of one.

May import helpdesk.agent's lists and components. Start with sql.py, then choosing.py.
"""
