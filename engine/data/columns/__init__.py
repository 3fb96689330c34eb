"""Columns: kind, role and character of each, and the recipe that follows."""
