"""Runs as files that others can use."""
