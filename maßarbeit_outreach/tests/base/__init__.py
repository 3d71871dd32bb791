"""What every room stands on: roles, agencies, municipalities, settings, privacy, and mixins."""
from . import test_agency
from . import test_mail_gateway
from . import test_privacy_check
from . import test_record_import
