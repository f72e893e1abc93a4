"""Figures for Prometheus: off unless METRICS_TOKEN is set."""
