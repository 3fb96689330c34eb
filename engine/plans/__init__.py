"""Plans: what a run that holds others trains one after another."""
