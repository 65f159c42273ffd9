"""Finds the passages to cite for a question."""
