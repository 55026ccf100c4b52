"""Two versions of the package beside each other: reading them, what differs, what their version numbers promise."""
