"""People and companies: desks, sign-ins, agents, accounts, contacts, plans; and tenant isolation.

The lowest layer: imports no other package. Start with models/, then tenancy.py and wall.py (how
desks are kept apart) and matching.py (whose email address it is).
"""
