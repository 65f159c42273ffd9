"""How fast it is: beside a peer, beside what its parts can do, as it grows, and while articles come in."""
