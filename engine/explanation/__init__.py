"""What a run goes by."""
