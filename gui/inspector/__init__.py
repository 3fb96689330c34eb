"""The pane at the right that describes what is selected on a page."""
