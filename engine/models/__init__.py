"""Networks: encoders per column kind, a trunk, a head."""
