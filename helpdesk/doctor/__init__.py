"""Checks of a running installation, for `manage.py doctor` and the page of its admins.

Unlike the checks of the environment, these connect to what the settings name.
"""
