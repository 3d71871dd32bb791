"""Reading CSV files and sheets."""
