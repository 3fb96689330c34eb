"""What the worker and the terminal do with a recipe, a table and a run, in the order of the steps."""
