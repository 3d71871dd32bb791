from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.company import no_employer as employer_rule
from ..base.groups import OFFICER, OUTREACH
from ..base.visible_fields import VisibleOne2many
from ..company.res_partner import SITE


class ResPartner(models.Model):
    """What a company looks for, and whether it is in the list of who is due."""

    _inherit = 'res.partner'

    outreach_demand_ids = VisibleOne2many('outreach.demand', 'partner_id', "Demands", groups=OUTREACH)
    outreach_demand_count = fields.Integer("Demand Count", compute='_compute_outreach_counts', groups=OUTREACH)
    outreach_open_positions = fields.Integer("Open Positions", compute='_compute_outreach_counts', groups=OUTREACH)

    outreach_dismissal_id = fields.Many2one('outreach.due.dismissal', compute='_compute_outreach_dismissal_id', groups=OUTREACH)
    outreach_dismissal_text = fields.Char(compute='_compute_outreach_dismissal_id', groups=OUTREACH, export_string_translation=False)
    outreach_no_employer_text = fields.Char(compute='_compute_outreach_no_employer_text', groups=OUTREACH, export_string_translation=False)

    @api.depends_context('uid', 'lang', 'tz', 'allowed_company_ids')
    def _compute_outreach_dismissal_id(self):
        found = {dismissal.partner_id: dismissal for dismissal in self._find_outreach_dismissals()[::-1]}
        for partner in self:
            partner.outreach_dismissal_id = found.get(partner._origin, False)
            partner.outreach_dismissal_text = partner.outreach_dismissal_id and partner.outreach_dismissal_id._get_text()

    @api.depends('outreach_no_employer', 'outreach_employer', 'name', 'outreach_register_kind')
    @api.depends_context('lang')
    def _compute_outreach_no_employer_text(self):
        for partner in self:
            partner.outreach_no_employer_text = partner.outreach_no_employer and partner._get_outreach_no_employer_text()

    def _find_outreach_dismissals(self):
        """Those in force, the longest first."""
        return self.env['outreach.due.dismissal'].search(
            Domain('partner_id', 'in', self.ids)
            & Domain('company_id', 'in', self.env.companies.ids)
            & Domain('date_undone', '=', False)
            & Domain('date_until', '>', fields.Date.context_today(self)),
            order='date_until desc, id',
        )

    def _get_outreach_no_employer_text(self):
        """Why nobody is to be visited there, as a person decided or as the name says."""
        if self.outreach_employer == 'no':
            return self.env._("No employer, as somebody noted")
        words = employer_rule.find_words(self.name or '', self.outreach_register_kind or '')
        return self.env._("Presumably no employer (“%(words)s”)", words=words)

    def _get_outreach_counters(self):
        """Demands count while they are open."""
        mine = Domain('partner_id', 'in', self.ids) & self.env['outreach.demand']._get_open_domain()
        return super()._get_outreach_counters() | {
            'outreach_demand_count': ('outreach.demand', mine, '__count'),
            'outreach_open_positions': ('outreach.demand', mine, 'positions_open:sum'),
        }

    @api.model
    def _get_outreach_interest_sources(self):
        return [
            *super()._get_outreach_interest_sources(),
            ('outreach.demand', self.env['outreach.demand']._get_open_domain(), 'agency_id', 'user_id'),
        ]

    def action_view_outreach_demands(self):
        return self._action_open_outreach_counter('outreach_demand_count', 'maßarbeit_outreach.outreach_demand_action')

    def action_view_outreach_open_positions(self):
        return self._action_open_outreach_counter('outreach_open_positions', 'maßarbeit_outreach.outreach_demand_action')

    def action_quick_outreach_demand(self):
        """Log a demand of this company, or of this site."""
        self.ensure_one()
        Demand = self.env['outreach.demand'].with_context(default_partner_id=self.commercial_partner_id.id)
        if self.type == SITE:
            Demand = Demand.with_context(default_site_id=self.id)
        return Demand.action_quick()

    def action_dismiss_outreach(self):
        """Ask why, then put these companies aside for a year."""
        self._check_outreach_officer()
        return {
            'name': self.env._("Put Aside"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.due.dismiss',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_partner_ids': self.ids},
        }

    def action_undo_outreach_dismissal(self):
        """Bring these companies back into the list of who is due. Whoever may put aside may undo, also for colleagues."""
        self._check_outreach_officer()
        dismissals = self._find_outreach_dismissals()
        dismissals.sudo().date_undone = fields.Date.context_today(self)
        self._note_outreach_quietly(dict.fromkeys(dismissals.partner_id.ids, self.env._("Brought back into the list of who is due")))
        self.invalidate_recordset(['outreach_dismissal_id', 'outreach_dismissal_text'])

    def action_confirm_outreach_employer(self):
        """The presumption is wrong: people work there."""
        self._check_outreach_officer()
        self.outreach_employer = 'yes'

    def _dismiss_outreach(self, reason, until):
        """Put these companies aside until that day, in the user's name; what was in force ends."""
        self._check_outreach_officer()
        self._check_outreach_reason(reason)
        self.check_access('read')
        lines = self.env['outreach.due.dismissal'].sudo()
        # also those that ended by themselves: only one is open
        lines.search(
            Domain('partner_id', 'in', self.ids) & Domain('company_id', '=', self.env.company.id) & Domain('date_undone', '=', False)
        ).date_undone = fields.Date.context_today(self)
        self.env.flush_all()
        made = lines.create(
            [
                {
                    'partner_id': partner.id,
                    'reason': reason,
                    'date_until': until,
                    'user_id': self.env.uid,
                    'company_id': self.env.company.id,
                }
                for partner in self
            ]
        )
        self._note_outreach_quietly({dismissal.partner_id.id: dismissal._get_text() for dismissal in made.sudo(False)})
        self.invalidate_recordset(['outreach_dismissal_id', 'outreach_dismissal_text'])

    def _note_outreach_quietly(self, texts):
        """In the chatter of these companies, ``{id: text}``, without telling anybody."""
        self.sudo().browse(texts)._message_log_batch(texts, author_id=self.env.user.partner_id.id)

    def _check_outreach_officer(self):
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(self.env._("Only officers decide who is in the list of who is due. Please ask one of them."))
