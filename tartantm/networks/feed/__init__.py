"""RSS and Atom feeds, which are polled."""
