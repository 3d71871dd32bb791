"""Files of others become records: municipalities, catalogues, companies, candidates.

The machine that imports of records share stands at the root, and loads first.
"""

from . import outreach_record_import
from . import municipality
from . import catalogue
from . import company
from . import demand
from . import candidate
