"""Relations between tickets on the agent pages: links of a ticket, and the choice of another one.

May import helpdesk.agent's lists and components. Start with sql.py, then choosing.py.
"""
