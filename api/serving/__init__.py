"""How `hoidap serve` runs: the sockets, the worker processes and their supervisor."""
