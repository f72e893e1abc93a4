"""The admin site: frame, navigation, and pages that need more than one package.

Admin classes live beside their models. Start with site.py.
"""
