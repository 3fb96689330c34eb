"""Explain: what the run in focus looks at."""
