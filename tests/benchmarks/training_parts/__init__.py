"""What the benchmark of training consists of."""
