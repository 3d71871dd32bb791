"""On paper."""

from . import ir_actions_report
from . import outreach_sheet
from . import outreach_preparation_sheet
from . import outreach_day_sheet
from . import outreach_role_grant_sheet
