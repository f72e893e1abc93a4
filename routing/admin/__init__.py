"""Django admin pages of routing: teams, skills, on-call rotas, and an agent's shifts and skills.

May import accounts, tickets and routing. pages.py lists the modules that register pages.
"""
