"""Limits that numbers are clipped to, one file each."""
