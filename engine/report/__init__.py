"""The model card of a run: what it is, how good, how sure, and where not to trust it."""
