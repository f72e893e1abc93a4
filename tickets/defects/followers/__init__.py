"""Followers of a defect, and what each of them is notified of."""
