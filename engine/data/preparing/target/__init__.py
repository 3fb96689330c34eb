"""The target: classes merged and ordered, numbers transformed, and the exact way back."""
