"""Trainyard's window. It looks at the engine and steers it; it computes nothing itself."""
