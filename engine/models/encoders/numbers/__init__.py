"""Encoders for number columns, one file each."""
