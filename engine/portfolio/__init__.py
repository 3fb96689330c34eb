"""Several networks trained one after another, and the best of them or their mean."""
