"""Who took up work, as a count."""

from . import outreach_placement
from . import outreach_demand
from . import outreach_due
from . import res_partner
from . import outreach_dossier
