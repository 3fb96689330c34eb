"""The command line: one module per group of verbs."""

from __future__ import annotations


def main() -> None:
    """Run the command line; ends the process."""
    from engine.cli.app import run

    run()
