"""How good a run is: metrics with intervals, confusion, largest errors."""
