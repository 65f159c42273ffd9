"""Plain text: normal form, language, sentences, passages, lexical terms."""
