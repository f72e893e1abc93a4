"""Followers of a defect, and their notifications."""
