"""Back up a whole installation to one archive, and restore it: database, files and a manifest.

Start with making.py and restoring.py. The archive's layout is in layout.py.
"""
