"""Losses: one module each. Training, scoring and evaluation follow from the module alone."""
