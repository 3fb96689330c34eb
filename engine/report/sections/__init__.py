"""What a report says, one module for each part of it."""
