"""Nothing: what the bare runs have in the place of the activation."""
