"""Sweeps: values of a recipe's fields tried one after another, each in a run of its own."""
