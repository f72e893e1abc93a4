"""Pages for moving in from another help desk: upload, preview and mapping, progress, report (M38).

The work is done by tickets/exchange; these pages show a run and change its state. Start with
pages.py.
"""
