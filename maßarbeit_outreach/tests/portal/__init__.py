"""What an employer may see and do."""
