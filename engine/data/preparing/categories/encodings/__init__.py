"""What category columns become, one file each."""
