"""Measures answers on known questions, and calibrates confidence."""
