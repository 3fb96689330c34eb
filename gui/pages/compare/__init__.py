"""The Compare page: chosen runs side by side."""
