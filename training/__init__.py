"""How the built-in embedding model in `index/builtin/` was made: not needed to run hoidap."""
