"""Defects: ranks, stages, links, and what customers are told."""
