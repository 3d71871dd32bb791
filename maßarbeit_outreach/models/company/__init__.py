"""The employer: contact data, identity, industry, and who is responsible."""

from . import outreach_industry
from . import outreach_municipality
from . import res_partner
from . import outreach_consent
from . import outreach_site_mixin
from . import outreach_responsibility
from . import outreach_holding
from . import outreach_agency
from . import res_users
from . import outreach_dossier
