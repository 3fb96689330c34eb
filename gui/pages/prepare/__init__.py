"""The Prepare page: which rows train, what each column is used for, what is done to its values."""
