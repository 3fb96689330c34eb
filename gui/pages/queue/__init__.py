"""The Queue page: runs that train and runs that wait."""
