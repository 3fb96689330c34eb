"""Which rows are looked at, and in which order."""
