"""What the Data station shows while no table is open."""
