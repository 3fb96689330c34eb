"""Reads the history of a run and says in plain words what is wrong with it, and what to change."""
