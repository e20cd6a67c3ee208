"""What the networks send becomes events of a chat, each post once."""
