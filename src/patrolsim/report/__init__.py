"""Pages that people open: results to look at, never statistics of their own."""
