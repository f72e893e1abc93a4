"""Bulk reads for data warehouses, as lines of JSON (docs/exchange.md)."""
