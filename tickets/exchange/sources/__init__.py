"""Readers: one module per format, each a pure translator to neutral records."""
