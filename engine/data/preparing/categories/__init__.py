"""What is done to category columns."""
