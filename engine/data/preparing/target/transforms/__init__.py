"""What a number to be predicted can become before it is learned: one module each."""
