"""What an employer may see and do."""
from . import test_portal
from . import test_portal_http
from . import test_portal_locks
