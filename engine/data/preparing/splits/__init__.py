"""Ways of dealing rows to the parts: one module each, from facts about rows to a code for each row."""
