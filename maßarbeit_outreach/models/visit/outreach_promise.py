from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..base.groups import OUTREACH
from ..base.outreach_personal_words import warn_of_personal_words


class OutreachPromise(models.Model):
    """What an agency promised a company, or the company promised an agency, and until when.

    SPECIFICATION
     * open → kept, not kept or no longer needed, each with an outcome; can be reopened.
     * An open promise of ours is one to-do of its person. The promise owns text, person and date, the to-do follows.
     * The to-do marked done with a note closes the promise as kept, with the note as outcome; without a note it is
       refused. The to-do thrown away leaves the promise open.
    """

    _name = 'outreach.promise'
    _description = "Promise"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'outreach.conflict.mixin', 'outreach.staff.mixin']
    _order = 'date_deadline, id'
    _check_company_auto = True

    name = fields.Char("Promise", required=True, tracking=True)
    side = fields.Selection([('agency', "We promised"), ('company', "The company promised")], required=True, default='agency', index=True)
    visit_id = fields.Many2one('outreach.visit', index='btree_not_null', ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner',
        "Company",
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        compute='_compute_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('is_company', '=', True)]",
    )
    user_id = fields.Many2one(
        'res.users',
        "Person",
        required=True,
        index=True,
        default=lambda self: self._default_user_id(),
        domain="[('outreach_agency_ids', '!=', False)]",
        help="Who keeps it, or sees to it that the company does",
    )
    agency_id = fields.Many2one(
        'outreach.agency',
        required=True,
        index=True,
        ondelete='restrict',
        check_company=True,
        compute='_compute_agency_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    date_deadline = fields.Date(
        "Until", required=True, tracking=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=14)
    )
    state = fields.Selection(
        [('open', "Open"), ('kept', "Kept"), ('not_kept', "Not kept"), ('dropped', "No longer needed")],
        required=True,
        default='open',
        index=True,
        copy=False,
        tracking=True,
    )
    is_call_back = fields.Boolean("Call Back", readonly=True, copy=False, help="Made and moved by the result of the visit")
    outcome = fields.Char(copy=False, tracking=True)
    date_closed = fields.Date("Settled On", readonly=True, copy=False)
    company_id = fields.Many2one('res.company', "Organisation", required=True, index=True, default=lambda self: self.env.company)

    _outcome_check = models.Constraint(
        "CHECK(state = 'open' OR outcome IS NOT NULL)", "Say what came of the promise: use the button “Settle”."
    )
    _open_idx = models.Index("(partner_id, date_deadline) WHERE state = 'open'")

    _onchange_name_words = warn_of_personal_words('name')

    @api.model
    def _default_user_id(self):
        return self.env.user if self.env.user._get_outreach_agency() else False

    @api.depends('visit_id.partner_id')
    def _compute_partner_id(self):
        for promise in self:
            promise.partner_id = promise.visit_id.partner_id or promise.partner_id

    @api.depends('user_id')  # trigger only: a later change of agency must not rewrite history
    def _compute_agency_id(self):
        for promise in self:
            promise.agency_id = promise.user_id._get_outreach_agency() or promise.agency_id

    @api.constrains('partner_id')
    def _check_partner_is_company(self):
        self.partner_id._check_outreach_is_company()

    @api.constrains('user_id')
    def _check_user_reads(self):
        for user in self.user_id:
            if not user.has_group(OUTREACH):
                raise ValidationError(
                    self.env._("%(user)s could not see the promise. Choose somebody who works in employer outreach.", user=user.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        quiet = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        promises = super(OutreachPromise, quiet).create(vals_list).with_env(self.env)
        promises.partner_id._mark_outreach_company()
        promises._sync_activity()
        promises.visit_id._refresh_recaps()
        return promises

    def write(self, vals):
        if 'state' in vals:
            vals = dict(vals, date_closed=False if vals['state'] == 'open' else fields.Date.context_today(self))
            if vals['state'] == 'open':
                vals['outcome'] = False
        visits = self.visit_id
        res = super().write(vals)
        if {'name', 'side', 'user_id', 'date_deadline', 'state', 'visit_id'} & vals.keys():
            self._sync_activity()
            (visits | self.visit_id)._refresh_recaps()
        return res

    def unlink(self):
        visits = self.visit_id
        res = super().unlink()
        visits.exists()._refresh_recaps()
        return res

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_close(self):
        """Ask what came of it, then close."""
        return {
            'name': self.env._("Settle Promise"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.promise.close',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_promise_ids': self.ids},
        }

    def action_reopen(self):
        self.filtered(lambda promise: promise.state != 'open').state = 'open'

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _get_open_domain(self):
        """What "open" means wherever open promises are counted."""
        return Domain('state', '=', 'open')

    def _close(self, state, outcome):
        self.filtered(lambda promise: promise.state == 'open').write({'state': state, 'outcome': outcome})

    def _sync_activity(self):
        """Keep one to-do for each open promise of ours and none for others. Nobody gets an e-mail."""
        quiet = self.sudo().with_context(mail_activity_quick_update=True)
        wanted = quiet.filtered(lambda promise: promise.state == 'open' and promise.side == 'agency')
        (quiet - wanted)._outreach_take_to_dos_back()
        missing = []
        for promise in wanted:
            values = {'summary': promise.name, 'user_id': promise.user_id.id, 'date_deadline': promise.date_deadline}
            if activity := promise.activity_ids.filtered('automated')[:1]:
                activity.write(values)
            else:
                missing.append({**values, 'res_id': promise.id})
        quiet._outreach_give_to_dos(missing)
