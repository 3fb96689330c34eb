"""Deploy: the model as a file, and predictions for other files."""
