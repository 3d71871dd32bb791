"""What an employer sees and does under /my/outreach."""

from . import home
from . import contact
from . import visit
from . import demand
from . import fair
