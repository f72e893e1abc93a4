"""The admin site: its frame, navigation, and the pages that need more than one package.

Admin classes of models live beside the models. Start with site.py.
"""
