"""Relations between tickets: links, duplicates, merges, and messages split off.

May import the services of tickets. Start with linking.py, then merging.py.
"""
