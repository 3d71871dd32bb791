"""What an employer may see and do."""

from . import ir_rule
from . import outreach_demand_portal
from . import res_company
from . import res_partner_portal
