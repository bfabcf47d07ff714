"""What happens when peers, names, files, disks and processes fail; the clients are tests/conformance's
interpreters."""
