"""The Train page: live curves of the runs, and the controls of the one in focus."""
