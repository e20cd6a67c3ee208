"""RSS and Atom: payloads, and the live source."""
