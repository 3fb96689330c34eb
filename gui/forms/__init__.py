"""Forms made from frozen pydantic models: label, help, unit, bounds and choices come from the class."""
