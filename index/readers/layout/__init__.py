"""Lines of a printed page, known by their boxes only, to text in reading order."""
