"""Benchmarks: pages, inbound email and jobs, relative to a bare baseline in the same run.

Start with __main__.py (`make bench`). load.py creates the rows, servers.py starts the servers.
"""
