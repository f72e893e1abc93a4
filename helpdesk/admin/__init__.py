"""The admin site: frame, navigation, and pages that need more than one package.

May import every package below helpdesk/, and helpdesk/shared. Admin classes live beside their
models. Start with site.py.
"""
