"""Django admin pages for desks, agents, customers and plans.

Owns the admin classes of this package's models and the base classes that every admin page of
Plumbline uses. May import accounts only; higher packages add their parts through registry.py.
Start with base.py, then desks.py; pages.py lists the modules that register pages.
"""
