"""`python -m gui [FILE]`: the window without the command line around it."""

import sys

from engine.errors import TrainyardError
from gui.app import run

if __name__ == "__main__":
    try:
        status = run(sys.argv[1] if len(sys.argv) > 1 else None)
    except TrainyardError as error:
        sys.exit(str(error))
    sys.exit(status)
