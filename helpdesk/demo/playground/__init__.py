"""The channel playground: the demo desks' channels, at fakes of the vendors on this machine (M26).

channels.py creates the connections of a desk, fakes.py lists the fakes and asks them to act. They
run in a process of their own (`manage.py serve_vendors`), and each desk has its own ones. The page
is helpdesk/admin/playground.py. Nothing here runs outside of `make demo`.
"""
