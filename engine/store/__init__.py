"""Runs on disk: one folder each, an event log as the one channel, and an index for listing."""
