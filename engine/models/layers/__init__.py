"""Layers of networks made by hand: one frozen class per file."""
