"""Grouping: which question a post belongs to, why, and how surely."""
