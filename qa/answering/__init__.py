"""The answer, and how sure it is."""
