"""The model that ships in the package, and what runs it."""
