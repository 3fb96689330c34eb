"""Columns computed from others: checked once, computed for so many rows as are asked for."""
