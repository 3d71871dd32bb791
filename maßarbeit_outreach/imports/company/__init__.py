"""The employer: contact data, identity, industry, and who is responsible."""

from . import outreach_company_import_column
from . import outreach_company_import_row
from . import outreach_company_import
