"""An agenda from a file and to a file."""
