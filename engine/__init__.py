"""Trainyard's engine: from a file of rows to a trained network. It knows nothing of Qt."""
