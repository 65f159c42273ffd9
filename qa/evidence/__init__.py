"""Judges which sentences of the passages answer."""
