"""How `hoidap serve` runs: sockets, worker processes, and how many requests work at once."""
