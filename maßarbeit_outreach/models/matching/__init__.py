"""Who fits what and why, supply and demand, and figures for those who see no people."""

from . import outreach_match
from . import outreach_proposal
from . import outreach_match_count
from . import outreach_figure_policy
from . import outreach_figure_table
from . import outreach_figure
from . import outreach_supply
from . import outreach_supply_map
from . import outreach_pool
