"""How the built-in embedding model in `index/models/builtin/` was made: not needed to run hoidap."""
