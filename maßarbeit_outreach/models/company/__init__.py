"""The employer: contact data, identity, industry, and who is responsible."""

from . import outreach_industry
from . import outreach_municipality
from . import res_partner
from . import outreach_responsibility
