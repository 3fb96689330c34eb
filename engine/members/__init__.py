"""Runs that belong together: how each came out, their means, and the run that trains them in turn."""
