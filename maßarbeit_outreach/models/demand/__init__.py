"""What companies look for: demands, their skills, duplicates, repetition, bundles, joint measures."""

from . import outreach_municipality_map
from . import outreach_due_dismissal
from . import outreach_due
from . import outreach_demand
from . import outreach_demand_skill
from . import outreach_lawful
from . import outreach_measure
from . import outreach_demand_bundle
from . import outreach_occupation
from . import outreach_skill
from . import outreach_visit
from . import res_partner
from . import outreach_holding
from . import outreach_dossier
