"""The process beside the window: does what needs torch, or reads tables.

`python -m engine.worker RUN_FOLDER` trains one run. `python -m engine.worker --wait` does its imports
ahead, says so, then carries out the tasks that come as JSON lines on its standard input (`engine.tasks`),
until that is closed; with `--read` it imports what opening a table needs, and no torch. A training
worker belongs to nobody: it goes on when the window that started it is gone, and the run's event log is
all it says.
"""
