"""The employer: contact data, identity, industry, and who is responsible."""
from . import test_company
from . import test_company_import
from . import test_company_import_http
from . import test_municipality_import
