"""Agents over the API: schedules, absences, on-call, assignment and handovers.

Start with staff.py, which finds the colleague that a request names.
"""
