"""Job fairs: invitations, stands, registrations."""

from . import outreach_contact_mailing
