"""Tests of where files are stored: a folder, a bucket, and both while they are moved."""
