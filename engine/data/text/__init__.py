"""Text tables: encoding, dialect, header, and every record accounted for."""
