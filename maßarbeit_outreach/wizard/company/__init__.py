"""The employer: contact data, identity, industry, and who is responsible."""

from . import base_partner_merge
from . import outreach_industry_change
from . import outreach_consent_note
from . import outreach_hand_over
