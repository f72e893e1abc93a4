"""Tests of moving in from another help desk: its exports, the pages and the command."""
