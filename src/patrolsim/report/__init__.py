"""Pages that people look at: they read results and say nothing that was not estimated before."""
