"""What is wrong with a table: a file for each family of findings, a registry, and the export of bad rows."""

from engine.data.problems.export import export_rejects, export_repairs
from engine.data.problems.problem import Fix, Problem, Severity
from engine.data.problems.registry import find_problems

__all__ = ["Fix", "Problem", "Severity", "export_rejects", "export_repairs", "find_problems"]
