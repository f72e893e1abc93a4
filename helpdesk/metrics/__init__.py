"""Figures for Prometheus: off unless METRICS_TOKEN or METRICS_NETWORKS is set."""
