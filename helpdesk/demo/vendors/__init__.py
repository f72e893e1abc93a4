"""Fakes of the vendors of channels, for the tests and the demo's playground.

Each speaks its vendor's documented protocol over HTTP and refuses what the vendor would refuse.
contract.py says what a fake is; serving.py lets one or several listen on a port.
"""
