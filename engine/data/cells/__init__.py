"""Cells: what a text in a table may be, and the values it is read as."""
