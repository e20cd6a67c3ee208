"""What the desk asks."""
