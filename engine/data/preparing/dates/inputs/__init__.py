"""What date columns become, one file each."""
