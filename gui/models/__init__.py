"""Qt item models and the plain values that views show; nothing here draws."""
