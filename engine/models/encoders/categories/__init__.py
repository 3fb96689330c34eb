"""Encoders for category columns, one file each."""
