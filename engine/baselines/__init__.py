"""Models that any run can be set beside: trained on the same rows, kept in the run's folder."""
