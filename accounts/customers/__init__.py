"""Rules about accounts and contacts: what a plan entitles them to, managers, deletion.

May import accounts only. Start with entitlements.py. The models are in
accounts/models/customers.py.
"""
