"""What imports of catalogues mean for demands."""

from . import outreach_catalogue_import_demand
