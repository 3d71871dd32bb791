"""Outreach as leads of the CRM."""

from . import crm_team
from . import crm_stage
from . import crm_lead
from . import outreach_visit
from . import outreach_demand
from . import res_partner
from . import outreach_holding
