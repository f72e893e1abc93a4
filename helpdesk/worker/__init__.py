"""The Celery workers: their timetable, and how the classes of work share them.

Start with timetable.py. The classes themselves are tickets.queueing.Queue.
"""
