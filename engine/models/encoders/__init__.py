"""Encoders: from columns of one kind to a vector per row."""
