"""The command line: commands, exit codes, the only print and the only environment."""
