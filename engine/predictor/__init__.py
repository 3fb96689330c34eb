"""The one way to predict with a trained run."""
