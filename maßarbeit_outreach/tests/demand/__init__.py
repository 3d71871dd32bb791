"""What companies look for: demands, their skills, duplicates, repetition, bundles, joint measures."""
from . import test_county_map
from . import test_demand
from . import test_demand_bundle
from . import test_demand_repeat
from . import test_demand_work
from . import test_due
