"""What the keys of the desk do."""
