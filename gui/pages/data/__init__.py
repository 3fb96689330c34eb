"""The Data page: the table itself, the profile of its columns, its problems."""
