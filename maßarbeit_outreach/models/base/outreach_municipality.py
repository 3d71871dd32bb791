from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...tools.base import municipality as municipality_rule


class OutreachMunicipality(models.Model):
    """A municipality of the county, or counties, as the official list has it; see `outreach.municipality.import`.

    One that merged into another is archived and names it as its successor: what took place there keeps its link, the
    map and the list of companies count it with the successor, and addresses that name it lead there.
    """

    _name = 'outreach.municipality'
    _inherit = ['outreach.kept.mixin']
    _description = "Municipality"
    _order = 'name'
    _rec_names_search = ['name', 'official_name', 'ags', 'postcodes']

    name = fields.Char(required=True, index='trigram')
    official_name = fields.Char()
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ('city', "Independent city"),
            ('town', "Town"),
            ('municipality', "Municipality"),
            ('member_town', "Town in an association"),
            ('member_municipality', "Municipality in an association"),
            ('unincorporated', "Unincorporated area"),
        ],
        required=True,
        default='municipality',
    )
    ags = fields.Char("AGS", required=True, size=8, help="Official municipality key (Amtlicher Gemeindeschlüssel), 8 digits")
    ars = fields.Char("ARS", size=12, help="Official regional key (Amtlicher Regionalschlüssel), 12 digits")
    county = fields.Char(help="People add it to tell places of the same name apart, as in “Melle b. Osnabrück”.")
    association = fields.Char(help="Association of municipalities (Samtgemeinde, Verbandsgemeinde, Amt …) that it belongs to")
    association_kind = fields.Selection(
        [
            ('amt', "Amt"),
            ('samtgemeinde', "Samtgemeinde"),
            ('verbandsgemeinde', "Verbandsgemeinde"),
            ('verwaltungsgemeinschaft', "Verwaltungsgemeinschaft"),
            ('kirchspielslandgemeinde', "Kirchspielslandgemeinde"),
            ('verwaltungsverband', "Verwaltungsverband"),
            ('erfuellende_gemeinde', "Erfüllende Gemeinde"),
        ],
        "Kind of Association",
    )
    postcodes = fields.Char(help="Separated by spaces. A postcode may serve several municipalities.")
    shared_postcodes = fields.Char(help="Postcodes that also serve places outside the county. They alone do not place an address.")
    is_name_shared = fields.Boolean(
        "Name Occurs Elsewhere", help="There are other places of this name. Without a postcode the name alone does not place an address."
    )
    latitude = fields.Float(digits=(9, 6))
    longitude = fields.Float(digits=(9, 6))
    population = fields.Integer(aggregator='sum')
    as_of = fields.Date("Territorial Status", help="Date of the official list that it was last imported from")
    successor_id = fields.Many2one(
        'outreach.municipality',
        "Now Part Of",
        index='btree_not_null',
        ondelete='restrict',
        help="Only for archived municipalities. The map counts what took place there with the one chosen here.",
    )
    predecessor_ids = fields.One2many('outreach.municipality', 'successor_id', "Formed From", context={'active_test': False})

    _ags_uniq = models.UniqueIndex('(ags)', "There is a municipality with this AGS already.")
    _ags_check = models.Constraint("CHECK(ags ~ '^[0-9]{8}$')", "The AGS has 8 digits.")
    _successor_check = models.Constraint(
        'CHECK(successor_id IS NULL OR NOT active)', "A municipality that has become part of another one must be archived."
    )

    @api.constrains('successor_id')
    def _check_successor(self):
        if self._has_cycle('successor_id'):
            raise ValidationError(self.env._("A municipality cannot have become part of itself, not even through others."))

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        if any(vals.get('successor_id') for vals in vals_list):
            self.env.registry.clear_cache()  # of _get_successors
        return places

    def write(self, vals):
        res = super().write(vals)
        if 'successor_id' in vals:
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        merged = bool(self.filtered('successor_id'))
        res = super().unlink()
        if merged:
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _get_successors(self):
        """`{id of an archived municipality: id of what it is part of today}`, for those that merged."""
        merged = self.sudo().with_context(active_test=False).search_fetch([('successor_id', '!=', False)], ['successor_id'])
        direct = {place.id: place.successor_id.id for place in merged}
        successors = {}
        for place_id, last in direct.items():
            seen = {place_id}
            while last in direct and last not in seen:
                seen.add(last)
                last = direct[last]
            successors[place_id] = last
        return successors

    def _with_predecessors(self):
        """These and all that merged into them."""
        own = set(self.ids)
        return self | self.browse(place_id for place_id, successor in self._get_successors().items() if successor in own)

    @api.model
    def _get_directory(self):
        """All municipalities as the rule in `tools/base/municipality.py` wants them; built once per batch."""
        places = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([], ['name', 'official_name', 'ags', 'postcodes', 'county', 'shared_postcodes', 'is_name_shared'])
        )
        successors = self._get_successors()
        return municipality_rule.Directory(
            ((successors.get(m.id, m.id), m.name, m.official_name or '', m.ags, m.postcodes or '') for m in places),
            counties=set(places.mapped('county')) - {False},
            shared=' '.join(filter(None, places.mapped('shared_postcodes'))).split(),
            ambiguous=(successors.get(m.id, m.id) for m in places if m.is_name_shared),
        )

    def _get_place(self):
        """Latitude and longitude, or None where they are not known."""
        return (self.latitude, self.longitude) if self.latitude and self.longitude else None

    @api.model
    def _get_lost_association_texts(self, names):
        """What has to be corrected by hand when associations cease to exist; rooms that name associations add to it."""
        return []

    @api.model
    def _follow_renamed_associations(self, renamed):
        """Associations have another name now, `{old: new}`; rooms that name associations follow."""
