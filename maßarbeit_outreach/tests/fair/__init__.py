"""Job fairs: invitations, stands, registrations."""
