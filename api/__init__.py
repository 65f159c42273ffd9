"""The doors: command line and HTTP. Only here are JSON, status codes, environment and terminal known."""
