"""The start page: what an agent has to do today, and for leads how the desk is doing.

Start with page.py.
"""
