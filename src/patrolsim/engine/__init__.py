"""The simulation itself. The only SimPy."""
