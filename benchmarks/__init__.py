"""Measurements of quality and speed, kept apart from the tests."""
