"""Tables: reading files, inferring columns, looking at them, turning rows into tensors."""
