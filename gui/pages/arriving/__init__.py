"""What is shown of a table while it is still being read."""
