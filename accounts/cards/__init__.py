"""Customer cards: requests to a desk's own system, and what its responses may show.

May import accounts only. Start with fetching.py; contract.py is pure and documents the JSON.
"""
