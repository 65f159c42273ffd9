"""Files to drafts, a module a format; `read_path` walks folders and picks the reader by the ending of the file."""
