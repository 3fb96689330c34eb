"""Evaluate: how good the run in focus is, how sure that is, and where it is wrong."""
