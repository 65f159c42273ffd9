"""The command line and the HTTP service. No other package knows HTTP, the settings or the terminal."""
