"""What `tests.benchmarks.quality` compares: data sets, networks, and what they are set beside."""
