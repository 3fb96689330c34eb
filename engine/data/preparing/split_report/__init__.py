"""What a split makes of a table: its parts in figures, and what makes a result look better than it is."""
