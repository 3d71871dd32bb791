"""What holds in all rooms."""
