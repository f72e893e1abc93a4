"""Explanations of when a clock is due, and replays that check them against its records.

Pure: history.py reads a clock's entries, explain.py lists the parts of its time, replay.py
recomputes it. selectors.py reads rows for them; start there. verification.py replays a whole desk.
Nothing here writes.
"""
