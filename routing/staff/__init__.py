"""Schedules of a desk's agents: absences, week plans, on-call rotas, and who is missing.

May import accounts, tickets and the modules of routing that are about shifts and presence. Start
with absences.py and on_call.py; rotas.py is pure.
"""
