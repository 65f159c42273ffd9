"""Storage without a disk, simple enough to be seen to be right: the test double and the oracle of the others."""
