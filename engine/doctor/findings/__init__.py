"""What the doctor looks for: a file for each finding, with one function `look`."""
