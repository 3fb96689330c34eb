"""What is done to date columns."""
