from . import base_partner_merge
from . import outreach_demand_close
from . import outreach_visit_cancel
from . import outreach_company_import_column
from . import outreach_company_import_row
from . import outreach_company_import
from . import portal_wizard_user
