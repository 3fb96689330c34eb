"""Which rare levels are merged, one file each."""
