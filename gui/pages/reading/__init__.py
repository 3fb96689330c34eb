"""The import panel: how a file is read, tried out on its beginning."""
