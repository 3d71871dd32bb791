# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import clean_context


class OutreachCandidate(models.Model):
    """Who is available, and the reminders about work permission."""

    _inherit = 'outreach.candidate'

    REMIND_DAYS = 30

    open_barrier_count = fields.Integer("Open Barriers", compute='_compute_open_barrier_count')
    permit_request_ids = fields.One2many('outreach.permit.request', 'candidate_id', "Permission Requests")
    # the present permission was reminded of; a new one is reminded of anew
    is_permission_reminded = fields.Boolean(copy=False, export_string_translation=False)

    _paused_idx = models.Index("(paused_until) WHERE status = 'paused'")
    _permission_until_idx = models.Index('(permission_until) WHERE permission_until IS NOT NULL')
    _reminder_idx = models.Index('(permission, permission_until) WHERE is_permission_reminded IS NOT TRUE')

    @api.depends('barrier_ids.state')
    @api.depends_context('uid')
    def _compute_open_barrier_count(self):
        """Of those that this user may read."""
        counts = dict(self.env['outreach.barrier']._read_group(
            [('candidate_id', 'in', self._origin.ids), ('state', 'in', ('open', 'in_work'))], ['candidate_id'], ['__count']))
        for candidate in self:
            candidate.open_barrier_count = counts.get(candidate._origin, 0)

    def write(self, vals):
        if vals.get('status', 'paused') != 'paused':
            vals = dict(vals, paused_until=False)
        if {'permission', 'permission_until'} & vals.keys() and 'is_permission_reminded' not in vals:
            vals = dict(vals, is_permission_reminded=False)
            self._get_permission_reminders().unlink()
        return super().write(vals)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_pause(self):
        """Ask until when."""
        return {
            'name': self.env._("Pause Until"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.candidate.pause',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_candidate_ids': self.ids},
        }

    def action_available(self):
        """Available again, whatever was; this also undoes a wrong "placed" or "left"."""
        self.filtered(lambda candidate: candidate.status != 'available').status = 'available'

    def action_place(self):
        self.filtered(lambda candidate: candidate.status != 'placed').status = 'placed'

    def action_leave(self):
        self.filtered(lambda candidate: candidate.status != 'left').status = 'left'

    def action_ask_permission(self):
        """Ask the immigration office; what is known already is filled in."""
        self.ensure_one()
        return {
            'name': self.env._("Ask Immigration Office"),
            'type': 'ir.actions.act_window',
            'res_model': 'outreach.permit.request',
            'views': [(self.env.ref('maßarbeit_outreach.outreach_permit_request_view_form_dialog').id, 'form')],
            'target': 'new',
            'context': {
                'default_candidate_id': self.id,
                'default_occupation_id': self.occupation_id.id,
                'default_start_date': max(self.available_from or fields.Date.context_today(self), fields.Date.context_today(self)),
                'default_foreign_reference': self.permit_request_ids.sorted('id')[-1:].foreign_reference,
            },
        }

    # ------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------

    @api.model
    def _cron_available(self, limit=1000):
        """Whose pause is over is available again."""
        over = Domain('status', '=', 'paused') & Domain('paused_until', '<', 'today')
        self._run_batches(over, limit, lambda batch: batch.write({'status': 'available'}))

    @api.model
    def _cron_remind_permission(self, limit=1000):
        """Remind whoever is responsible of a permission that is unclear, or ends within `REMIND_DAYS` days; once."""
        due = Domain('status', 'in', ('available', 'paused', 'proposed')) & Domain('is_permission_reminded', '=', False) & (
            Domain('user_id.active', '=', True) | Domain('adviser_id.active', '=', True)) & (
            Domain('permission', '=', 'unclear') | Domain('permission_until', '<=', f'today +{self.REMIND_DAYS}d'))
        self._run_batches(due, limit, lambda batch: batch._remind_permission())

    @api.model
    def _run_batches(self, domain, limit, work):
        """Do the work on what the domain finds, a batch a transaction; what is locked waits for the next run."""
        candidates = self.search(domain, limit=limit)
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        for start in range(0, len(candidates), 100):
            batch = candidates[start:start + 100].try_lock_for_update().filtered_domain(domain)
            work(batch)
            if not self.env['ir.cron']._commit_progress(len(batch)):
                break

    def _remind_permission(self):
        today = fields.Date.context_today(self)
        common = {
            'activity_type_id': self.env.ref('maßarbeit_outreach.mail_activity_type_permission').id,
            'automated': True,
            'res_model_id': self.env['ir.model']._get_id(self._name),
        }
        quiet = self.env['mail.activity'].sudo().with_context(clean_context(self.env.context), mail_activity_quick_update=True)
        quiet.create([{
            **common,
            'res_id': candidate.id,
            'user_id': (candidate.user_id.filtered('active') or candidate.adviser_id).id,
            'summary': self.env._("Ask the immigration office: may this person work?") if candidate.permission == 'unclear' else
            self.env._("The work permission ends"),
            'date_deadline': max(today, candidate.permission_until or today),
        } for candidate in self])
        self.sudo().is_permission_reminded = True

    def _get_permission_reminders(self):
        return self.sudo().activity_ids.filtered(lambda activity: activity.automated and activity.activity_type_id == self.env.ref(
            'maßarbeit_outreach.mail_activity_type_permission', raise_if_not_found=False))
