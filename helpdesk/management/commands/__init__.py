"""Commands of an installation: desks, people, demo data, email from a file.

Each parses its arguments and calls one service. `manage.py help` lists them.
"""
