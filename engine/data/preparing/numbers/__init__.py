"""What is done to number columns."""
