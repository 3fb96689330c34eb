"""Ways to bring numbers to a common size, one file each."""
