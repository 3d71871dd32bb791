"""Job fairs: invitations, stands, registrations."""
from . import test_fair
