"""How the verifier is trained: `python -m training.verifying.train`; see `training/README.md`."""
