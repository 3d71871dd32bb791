from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.visit import coordination as coordination_rule
from ..base.groups import OUTREACH
from ..base.visible_fields import VisibleOne2many
from ..company.res_partner import CONSENT_FIELDS, SITE


class ResPartner(models.Model):
    """Visits to a company, and what is open between the offices and it: promises, referrals, early warnings."""

    _inherit = 'res.partner'

    outreach_promise_ids = VisibleOne2many('outreach.promise', 'partner_id', "Promises", groups=OUTREACH)
    outreach_referral_ids = VisibleOne2many('outreach.referral', 'partner_id', "Referrals", groups=OUTREACH)
    outreach_warning_ids = VisibleOne2many('outreach.early.warning', 'partner_id', "Early Warnings", groups=OUTREACH)
    outreach_open_warning_ids = VisibleOne2many(
        'outreach.early.warning', 'partner_id', "Open Warnings", domain=[('date_settled', '=', False)], groups=OUTREACH
    )
    outreach_visit_ids = VisibleOne2many('outreach.visit', 'partner_id', "Visits", groups=OUTREACH)
    outreach_visit_count = fields.Integer("Visit Count", compute='_compute_outreach_counts', groups=OUTREACH)
    outreach_promise_count = fields.Integer("Promise Count", compute='_compute_outreach_counts', groups=OUTREACH)
    outreach_referral_count = fields.Integer("Referral Count", compute='_compute_outreach_counts', groups=OUTREACH)

    def write(self, vals):
        res = super().write(vals)
        if {'parent_id', 'is_company'} & vals.keys():
            self._leave_outreach_visits()
        if agreed := vals.get('outreach_agreed_circle'):
            self._keep_outreach_agreement(agreed)
        return res

    def _keep_outreach_agreement(self, agreed):
        """Whoever agrees to less than before is heard at once: what is there already comes down to it, and nothing ever goes up."""
        company = Domain('partner_id', 'in', self.ids)
        for model in ('outreach.visit', 'outreach.early.warning'):
            self.env[model].sudo().search(company)._narrow_circle(agreed)

    def _leave_outreach_visits(self):
        """Whoever is at another company now goes to no more visits of the former one, and reads no more of its appointments."""
        visits = (
            self.env['outreach.visit']
            .sudo()
            .search(Domain('contact_ids', 'child_of', self.ids) & self.env['outreach.visit']._get_open_domain())
        )
        for visit in visits:
            if gone := visit.contact_ids.filtered(lambda contact, visit=visit: contact.commercial_partner_id != visit.partner_id):
                visit.contact_ids -= gone
                visit.message_post(
                    body=self.env._(
                        "%(names)s: not at %(company)s any more, so no contact person of this visit.",
                        names=', '.join(gone.mapped('name')),
                        company=visit.partner_id.name,
                    ),
                    author_id=self.env.user.partner_id.id,
                )

    def _get_outreach_counters(self):
        mine = Domain('partner_id', 'in', self.ids)
        return super()._get_outreach_counters() | {
            'outreach_visit_count': ('outreach.visit', mine & Domain('stage', '!=', 'cancelled'), '__count'),
            'outreach_promise_count': ('outreach.promise', mine & self.env['outreach.promise']._get_open_domain(), '__count'),
            'outreach_referral_count': ('outreach.referral', mine & self.env['outreach.referral']._get_open_domain(), '__count'),
        }

    def _get_outreach_wishes(self):
        """What this company asked for, as the rule in `tools/visit/coordination.py` wants it."""
        self.ensure_one()
        return coordination_rule.Wishes(
            self.outreach_blocked_until or None,
            self.outreach_max_contacts,
            frozenset(channel for channel, fname in CONSENT_FIELDS.items() if self[fname] == 'refused'),
            self.outreach_vetting == 'blocked',
            frozenset(channel for channel, fname in CONSENT_FIELDS.items() if (self[fname] or 'unknown') == 'unknown'),
        )

    def _is_outreach_record(self):
        """For the offices; what another department writes to a company is no contact of theirs."""
        return self.env.user.has_group(OUTREACH)

    def action_view_outreach_visits(self):
        return self._action_open_outreach_counter('outreach_visit_count', 'maßarbeit_outreach.outreach_visit_action')

    def _get_outreach_other_officers(self, user):
        """`{company: people}` who are responsible for these companies in the other one of the two offices that visit jointly."""
        roles = self.env['outreach.visit']._get_other_joint_roles(user._get_outreach_agency())
        lines = self.env['outreach.responsibility'].search(
            [
                ('partner_id', 'in', self.ids),
                ('agency_id.role', 'in', roles),
                ('user_id.active', '=', True),
                ('company_id', '=', self.env.company.id),
            ]
            if roles
            else [(0, '=', 1)]
        )
        # who left the office since is no longer asked along
        lines = lines.filtered(lambda line: line.user_id in line.agency_id.user_ids)
        return {partner: own.user_id for partner, own in lines.grouped('partner_id').items()}

    def action_plan_outreach_visit(self):
        """Open an empty visit for this company, at the next time at which the user is free."""
        self.ensure_one()
        start = self.env['outreach.visit']._propose_start(self.env.user)
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.visit',
            'view_mode': 'form',
            'context': {
                'default_partner_id': self.commercial_partner_id.id,
                'default_site_id': self.id if self.type == SITE else False,
                'default_start': fields.Datetime.to_string(start),
                'default_stop': fields.Datetime.to_string(start + timedelta(hours=1)),
            },
        }

    @api.model
    def _get_outreach_context_companies(self):
        """The companies that a wizard was opened for: `default_partner_ids`, else those chosen in a list or form."""
        ids = self.env.context.get('default_partner_ids')
        if ids is None and self.env.context.get('active_model') == self._name:
            ids = self.env.context.get('active_ids')
        partners = self.search(Domain('id', 'in', ids or []))
        by_id = {partner.id: partner.commercial_partner_id for partner in partners}
        companies = self.union(*(by_id[partner] for partner in ids or [] if partner in by_id))
        return companies.filtered('is_company')

    def _open_outreach_wizard(self, model):
        return self.env[model].with_context(default_partner_ids=self.ids)._open()

    def action_open_outreach_plan(self):
        """Plan visits to these companies."""
        return self._open_outreach_wizard('outreach.visit.plan')

    def action_open_outreach_log(self):
        """Log a contact with these companies."""
        return self._open_outreach_wizard('outreach.contact.log')

    def action_open_outreach_mailing(self):
        """Write to these companies."""
        return self._open_outreach_wizard('outreach.contact.mailing')

    def action_view_outreach_promises(self):
        return self._action_open_outreach_counter('outreach_promise_count', 'maßarbeit_outreach.outreach_promise_action')

    def action_view_outreach_referrals(self):
        return self._action_open_outreach_counter('outreach_referral_count', 'maßarbeit_outreach.outreach_referral_action')

    def action_refer_outreach(self):
        """Open an empty referral of this company in a dialog; `default_*` keys of the context fill it."""
        self.ensure_one()
        return self._action_open_outreach_dialog(
            'outreach.referral', self.env._("Refer to Partner"), 'maßarbeit_outreach.outreach_referral_view_form_dialog'
        )

    def action_note_outreach_warning(self):
        """Open an empty early warning about this company in a dialog."""
        self.ensure_one()
        return self._action_open_outreach_dialog(
            'outreach.early.warning', self.env._("Early Warning"), 'maßarbeit_outreach.outreach_early_warning_view_form'
        )

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

        Open is what `_get_outreach_interest_sources` says, or a contact still to come. People stand in this order, followed by
        the agency's staff. One query each for all companies; not restricted to what the user sees.
        """
        found = {partner: defaultdict(self.env['res.users'].browse) for partner in self}
        company = Domain('partner_id', 'in', self.ids)
        for model, domain, agency, user in self._get_outreach_interest_sources():
            for partner, office, person in self.env[model].sudo()._read_group(company & domain, ['partner_id', agency, user]):
                found[partner][office] |= person
        for visit in (
            self.env['outreach.visit']
            .sudo()
            .search(company & self.env['outreach.visit']._get_open_domain() & Domain('start', '>=', fields.Datetime.now()))
        ):
            for member in visit.member_ids:
                found[visit.partner_id][member.agency_id] |= member.user_id
        return {
            partner: {agency: (people | agency.user_ids) for agency, people in offices.items() if agency.active}
            for partner, offices in found.items()
        }

    @api.model
    def _get_outreach_interest_sources(self):
        """`[(model, domain, field of the agency, field of the person)]` of what counts as an open interest."""
        Promise, Referral = self.env['outreach.promise'], self.env['outreach.referral']
        return [
            ('outreach.responsibility', Domain('user_id', '!=', False), 'agency_id', 'user_id'),
            ('outreach.promise', Promise._get_open_domain(), 'agency_id', 'user_id'),
            ('outreach.referral', Referral._get_open_domain(), 'to_agency_id', 'to_user_id'),
            ('outreach.referral', Referral._get_open_domain(), 'from_agency_id', 'from_user_id'),
        ]
