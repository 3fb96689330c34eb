"""What is done to training batches, and to no others, so that a network learns less by heart."""
