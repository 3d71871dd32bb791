from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What is open between the offices and a company: promises, referrals, early warnings."""

    _inherit = 'res.partner'  # pylint: disable=consider-merging-classes-inherited

    outreach_open_promise_ids = fields.One2many(
        'outreach.promise', 'partner_id', "Open Promises", domain=[('state', '=', 'open')])
    outreach_open_warning_ids = fields.One2many(
        'outreach.early.warning', 'partner_id', "Open Warnings", domain=[('date_settled', '=', False)])
    outreach_promise_count = fields.Integer("Promise Count", compute='_compute_outreach_counts')
    outreach_referral_count = fields.Integer("Referral Count", compute='_compute_outreach_counts')

    def _get_outreach_counters(self):
        mine = Domain('partner_id', 'in', self.ids)
        return super()._get_outreach_counters() | {
            'outreach_promise_count': ('outreach.promise', mine & self.env['outreach.promise']._get_open_domain(), '__count'),
            'outreach_referral_count': ('outreach.referral', mine & self.env['outreach.referral']._get_open_domain(), '__count'),
        }

    def action_view_outreach_promises(self):
        return self._action_open_outreach_counter('outreach_promise_count', 'maßarbeit_outreach.outreach_promise_action')

    def action_view_outreach_referrals(self):
        return self._action_open_outreach_counter('outreach_referral_count', 'maßarbeit_outreach.outreach_referral_action')

    def action_refer_outreach(self):
        """Open an empty referral of this company in a dialog; `default_*` keys of the context fill it."""
        self.ensure_one()
        return self._action_open_outreach_dialog(
            'outreach.referral', self.env._("Refer to Partner"), 'maßarbeit_outreach.outreach_referral_view_form_dialog')

    def action_note_outreach_warning(self):
        """Open an empty early warning about this company in a dialog."""
        self.ensure_one()
        return self._action_open_outreach_dialog(
            'outreach.early.warning', self.env._("Early Warning"), 'maßarbeit_outreach.outreach_early_warning_view_form')

    def _action_open_outreach_dialog(self, model, name, view):
        return {
            'name': name,
            'type': 'ir.actions.act_window',
            'res_model': model,
            'views': [(self.env.ref(view).id, 'form')],
            'target': 'new',
            'context': {
                **{key: value for key, value in self.env.context.items() if key.startswith('default_')},
                'default_partner_id': self.commercial_partner_id.id,
            },
        }

    def _get_outreach_interests(self):
        """Which agencies have something open with these companies, and who of them: `{company: {agency: people}}`.

        Open is a responsible officer, a promise, a referral, a demand, or a contact still to come. People stand in this
        order, followed by the agency's staff. One query each for all companies; not restricted to what the user sees.
        """
        found = {partner: defaultdict(self.env['res.users'].browse) for partner in self}
        company = Domain('partner_id', 'in', self.ids)
        for model, domain, agency, user in (
            ('outreach.responsibility', company & Domain('user_id', '!=', False), 'agency_id', 'user_id'),
            ('outreach.promise', company & self.env['outreach.promise']._get_open_domain(), 'agency_id', 'user_id'),
            ('outreach.referral', company & self.env['outreach.referral']._get_open_domain(), 'to_agency_id', 'to_user_id'),
            ('outreach.referral', company & self.env['outreach.referral']._get_open_domain(), 'from_agency_id', 'from_user_id'),
            ('outreach.demand', company & self.env['outreach.demand']._get_open_domain(), 'agency_id', 'user_id'),
        ):
            for partner, office, person in self.env[model].sudo()._read_group(domain, ['partner_id', agency, user]):
                found[partner][office] |= person
        for visit in self.env['outreach.visit'].sudo().search(
                company & Domain('stage', 'in', ('planned', 'confirmed')) & Domain('start', '>=', fields.Datetime.now())):
            for member in visit.member_ids:
                found[visit.partner_id][member.agency_id] |= member.user_id
        return {
            partner: {agency: (people | agency.user_ids) for agency, people in offices.items() if agency.active}
            for partner, offices in found.items()}

    def _get_outreach_placement_counts(self):
        """`{company: (placed, still there, left)}`, for those too who may not read the placements."""
        Placement = self.env['outreach.placement'].sudo()
        here = Domain('partner_id', 'in', self.ids) & Domain('company_id', 'in', self.env.companies.ids)
        placed, left = (dict(Placement._read_group(domain, ['partner_id'], ['__count'])) for domain in (
            here, here & Domain('date_end', '<=', fields.Date.context_today(self))))
        return {
            partner: (placed.get(partner, 0), placed.get(partner, 0) - left.get(partner, 0), left.get(partner, 0))
            for partner in self}
