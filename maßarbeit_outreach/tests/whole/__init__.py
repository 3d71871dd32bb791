"""What holds in all rooms."""
from . import test_access
from . import test_closed_conditions
from . import test_closed_roles
from . import test_conflict
from . import test_export
from . import test_filters
from . import test_hooks
from . import test_i18n
from . import test_limits
from . import test_organisations
from . import test_person_appointment
from . import test_unique
from . import test_views
