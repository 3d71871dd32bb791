"""Candidates without names, their barriers and permissions to work, and pools. Closed to all but the job centre."""
from . import test_barrier
from . import test_candidate
from . import test_candidate_access
from . import test_candidate_import
from . import test_permit_request
from . import test_pool
