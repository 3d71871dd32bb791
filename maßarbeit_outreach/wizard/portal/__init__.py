"""What an employer may see and do."""

from . import portal_wizard_user
