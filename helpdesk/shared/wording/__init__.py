"""Words that all interfaces share: dates and durations, links in text, explanations of clocks.

Start with times.py.
"""
