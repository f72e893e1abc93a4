"""Requests and responses of all interfaces: methods, rate limits, refusals, files, compression."""
