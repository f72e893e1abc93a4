"""Export and erasure of a person's data (GDPR), across all packages.

May import every package below helpdesk/. Start with erasure.py for contacts, then agents.py and
export.py. The pages are in helpdesk/admin/privacy.py.
"""
