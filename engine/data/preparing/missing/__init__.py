"""What stands in for a missing value, one file each."""
