from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.matching.figure_question import at_least, band_of
from .outreach_match import MOST_PAIRS

# What `_get_published_questions` asks by.
PUBLISHED_RULE = {'occupation_ids', 'municipality_ids', 'association', 'language_level', 'is_hand_counted'}


class OutreachPool(models.Model):
    """How many are in a pool, for those who may not see who, and what they match."""

    _inherit = 'outreach.pool'

    published_count = fields.Char(
        "Figure",
        compute='_compute_published_count',
        help="How many people suit the occupations, the area and the German of the rule. Its other conditions, and who was added or"
        " taken out by hand, are not published.",
    )

    def write(self, vals):
        """A figure of today is that of the rule as it is now; the table that it is read from stays the same."""
        res = super().write(vals)
        if vals.keys() & PUBLISHED_RULE:
            self.env['outreach.figure'].sudo()._renew_pools(self)
        return res

    @api.depends_context('uid', 'lang')
    def _compute_published_count(self):
        """The figure of today where this user asked for it today, see `outreach.figure`."""
        texts = self.env['outreach.figure']._get_pool_texts(self)
        for pool in self:
            pool.published_count = texts.get(pool._origin.id)

    def _get_published_questions(self, joined):
        """What the published table can tell of the rule: ``[(occupation, places, bands)]`` of groups that share nobody, see
        `disclosure.Table`; empty if the rule says nothing about occupation, area and German. Only what everybody in outreach
        reads decides: not who is in the pool.

        :param joined: the places that are told together, see `_get_joined` of `outreach.figure.table`
        """
        self.ensure_one()
        bands = at_least(band_of(self.language_level))
        places, Place = None, self.env['outreach.municipality']
        if self.municipality_ids or self.association:
            members = (
                Place.with_context(active_test=False).search([('association', '=', self.association), ('successor_id', '=', False)])
                if self.association
                else Place
            )
            places = Place._get_published_places((self.municipality_ids | members).ids, joined)
        wanted = [next(iter(occupation._get_published_codes()), None) for occupation in self.occupation_ids]
        if self.occupation_ids:
            # one that is below another one is in it already
            return [(code, places, bands) for code in sorted({*wanted} - {None}) if not {code[:1], code[:2]} - {code} & {*wanted}]
        return [(None, places, bands)] if places is not None or bands is not None else []

    def action_view_matches(self):
        """The members against the open ones of the pool's demands, or against all open demands where it has none."""
        self.ensure_one()
        Match, Demand = self.env['outreach.match'], self.env['outreach.demand']
        Match.check_access('read')
        open_demands = Demand._get_open_domain()
        demands = self.demand_ids.filtered_domain(open_demands)
        if not demands and self.candidate_count * Demand.search_count(open_demands) > MOST_PAIRS:
            raise UserError(self.env._("These are too many people for all open demands. Link the pool to the demands that it is for."))
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_match_action_pool')
        return action | {
            'display_name': self.env._("Matches: %(pool)s", pool=self.name),
            'domain': [('candidate_id.pool_ids', 'in', self.ids), *([('demand_id', 'in', demands.ids)] if demands else [])],
        }

    def action_ask(self):
        """Ask for the published figures of these pools."""
        self.env['outreach.figure']._ask(self)
