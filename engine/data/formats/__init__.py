"""What a table can be stored in: one module per format, chosen by content first, by name second."""
