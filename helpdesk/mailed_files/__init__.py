"""Files that were too large for an email, behind the link in it. Start with views.py.

May import channels_intake and helpdesk.shared.
"""
