"""The Celery workers: what they do when, and how the classes of work share them.

Start with timetable.py. The classes themselves are tickets.queueing.Queue.
"""
