"""A desk with three regions over weeks, driven through the services by a simulated clock.

world.py makes the desk and an independent timetable of its people, life.py lets customers and
agents act, and watching.py checks every assignment. Used by bench/three_regions.py and a test.
"""
