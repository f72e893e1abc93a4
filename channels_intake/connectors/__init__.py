"""The connectors of channels, one folder each: what a vendor sends and takes, and nothing else.

May import channels_intake.connections (contract, client), channels_intake.calls and accounts; never
one another, but for what channels of one vendor share (meta/). connections/registry.py lists them.
docs/connectors.md says how to write one.
"""
