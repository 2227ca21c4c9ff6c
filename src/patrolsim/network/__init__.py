"""Streets: readers, the compiled network, searches and routes. The only networkx."""
