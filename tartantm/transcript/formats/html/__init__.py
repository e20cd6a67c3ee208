"""The web page: `page` writes it, from its sections, posts, charts and style sheet."""
