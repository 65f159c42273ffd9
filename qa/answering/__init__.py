"""Composes the answer and says how likely it is right."""
