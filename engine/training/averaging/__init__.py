"""Means of the weights over training, one file each."""
