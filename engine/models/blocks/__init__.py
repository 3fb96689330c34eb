"""Layers that trunks, encoders and heads are made of. Everything here imports torch."""
