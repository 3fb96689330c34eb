"""The Runs drawer: all runs of the workspace at the foot of the window."""
