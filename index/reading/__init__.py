"""What is read of a passage before any question: its sentences, their words, what they could answer, their pieces."""
