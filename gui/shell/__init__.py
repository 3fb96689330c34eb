"""What stays around every page: top bar, rail, menus, status bar."""
