"""Trunks: one file each. A new file here is all that a new architecture needs."""
