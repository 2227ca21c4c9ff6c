"""How numbers and verdicts are put into words, in English and Chinese: all commands speak so."""
