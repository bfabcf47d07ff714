"""Getting verifyshim into a process: the hook that waits for imports, and later the activation files."""
