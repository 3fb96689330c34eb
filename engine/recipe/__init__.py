"""Recipes: what a person chose, and what a run was made from."""
