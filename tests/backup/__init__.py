"""Tests of backups of the whole installation."""
