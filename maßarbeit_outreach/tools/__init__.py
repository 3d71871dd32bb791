"""Pure rules: no ORM, no database, no clock; each with its specification as doctests."""
