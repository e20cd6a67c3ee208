"""The user's settings, folders, tokens and themes, and what the program writes about itself."""
