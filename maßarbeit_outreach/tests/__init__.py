from . import test_agency
from . import test_company_import
from . import test_access
