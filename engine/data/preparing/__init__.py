"""From raw rows to tensors: split, fit on training rows, transform, and back."""
