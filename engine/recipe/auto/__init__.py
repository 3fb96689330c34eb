"""Auto: what a recipe leaves open is chosen from the table, by written rules."""
