"""What may have been meant: proposals for rows that were kept out and cells that do not fit."""
