"""What is in each column: figures, distributions, how they go with the target."""
