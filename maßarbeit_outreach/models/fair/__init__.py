"""Job fairs: invitations, stands, registrations."""

from . import event_event
from . import event_booth
from . import event_visible_fields
from . import outreach_visit
from . import outreach_demand
from . import outreach_pool
from . import res_partner
from . import res_users
from . import outreach_dossier
