"""The Sweep page: choosing what is tried, and watching the trials."""
