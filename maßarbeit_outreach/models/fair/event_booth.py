from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..base.groups import FAIR_HELPER, OUTREACH
from ..base.visible_fields import VisibleMany2many


class EventBooth(models.Model):
    """A company's stand at a job fair: requested, confirmed by the organiser, and in the end whether it came.

    Core knows only available and unavailable. A stand takes its place from the moment it is confirmed.
    """

    _name = 'event.booth'
    _inherit = ['event.booth', 'outreach.portal.mixin', 'outreach.conflict.mixin']
    _portal_fields = frozenset({'id', 'display_name', 'name', 'event_id', 'partner_id', 'participation_state'})

    TAKEN_STATES = ('confirmed', 'came', 'no_show')

    participation_state = fields.Selection(
        [
            ('requested', "Requested"),
            ('confirmed', "Confirmed"),
            ('waiting', "Waiting list"),
            ('cancelled', "Cancelled"),
            ('came', "Came"),
            ('no_show', "Did not come"),
        ],
        "Participation",
        compute='_compute_participation_state',
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        index='btree_not_null',
        group_expand=True,
    )
    is_job_fair = fields.Boolean(related='event_id.is_job_fair')
    fair_date = fields.Datetime(related='event_id.date_begin', string="Date of the Fair")
    can_note_attendance = fields.Boolean(compute='_compute_can_note_attendance', export_string_translation=False)
    demand_ids = VisibleMany2many(
        'outreach.demand',
        'outreach_booth_demand_rel',
        'booth_id',
        'demand_id',
        string="Demands Shown",
        copy=False,
        domain="[('partner_id', '=', partner_id)]",
        groups=OUTREACH,
    )

    # not index= on core's field: that index would stay behind when the addon is removed
    _partner_participation_idx = models.Index('(partner_id) WHERE participation_state IS NOT NULL')

    @api.depends('partner_id', 'event_id.is_job_fair')
    def _compute_participation_state(self):
        """A company named on a stand of a job fair has asked for it; a stand without a company is just free."""
        for booth in self:
            if not (booth.event_id.is_job_fair and booth.partner_id):
                booth.participation_state = False
            elif booth.participation_state in (False, 'cancelled'):  # cancelled by whoever had it before
                booth.participation_state = 'confirmed' if booth.state == 'unavailable' else 'requested'

    @api.constrains('demand_ids', 'partner_id')
    def _check_demands_of_company(self):
        for booth in self.sudo():
            if strangers := booth.demand_ids.filtered(
                lambda demand, booth=booth: demand.partner_id != booth.partner_id.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(demand)s belongs to %(other)s and cannot be shown at the stand of %(company)s.",
                        demand=strangers[0].name,
                        other=strangers[0].partner_id.name,
                        company=booth.partner_id.name or self.env._("nobody"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        booths = super().create(vals_list)
        stands = booths.filtered('participation_state')
        stands.partner_id._check_outreach_not_blocked()
        stands.partner_id._mark_outreach_company()
        stands._follow_participation_state()
        return booths

    def write(self, vals):
        if not {'participation_state', 'partner_id', 'event_id', 'state'} & vals.keys():
            return super().write(vals)
        before = {booth: booth.participation_state for booth in self}
        companies = {booth: booth.partner_id for booth in self}
        res = super().write(vals)
        named = self.filtered(lambda booth: booth.participation_state and companies[booth] != booth.partner_id)
        named.partner_id._check_outreach_not_blocked()
        named.partner_id._mark_outreach_company()
        if vals.get('state') == 'unavailable':  # confirmed by the core button
            self.filtered(lambda booth: booth.participation_state in ('requested', 'waiting')).participation_state = 'confirmed'
        self.filtered(lambda booth: booth.participation_state != before[booth])._follow_participation_state()
        return res

    def _follow_participation_state(self):
        """Take or free the place as the participation says; without a company it is free."""
        for booth in self:
            if booth.is_job_fair:
                state = 'unavailable' if booth.participation_state in self.TAKEN_STATES else 'available'
                if booth.state != state:
                    booth.state = state

    def _is_outreach_record(self):
        return bool(self) and self.is_job_fair

    # OVERRIDE so that an officer, who writes stands and not events, can confirm one; core notes it on the event.
    # Remove when core posts there for whoever may confirm.
    def _post_confirmation_message(self):
        stands = self.filtered('is_job_fair')
        super(EventBooth, stands.sudo())._post_confirmation_message()
        return super(EventBooth, self - stands)._post_confirmation_message()

    def _set_participation(self, state, allowed):
        """Move stands to `state`; say which ones cannot go there and why."""
        self.check_access('write')  # before a message tells of them
        if wrong := self.filtered(lambda booth: booth.participation_state not in allowed):
            labels = dict(self._fields['participation_state']._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(stand)s is “%(now)s” and cannot become “%(then)s”.",
                    stand=wrong[0].display_name,
                    then=labels[state],
                    now=labels.get(wrong[0].participation_state, self.env._("free")),
                )
            )
        self.participation_state = state

    def action_confirm_participation(self):
        self._set_participation('confirmed', ('requested', 'waiting', 'cancelled'))

    def action_waiting_list(self):
        self._set_participation('waiting', ('requested', 'confirmed'))

    def action_cancel_participation(self):
        self._set_participation('cancelled', ('requested', 'waiting', 'confirmed'))

    @api.depends('event_id.date_begin', 'event_id.date_end', 'event_id.date_tz')
    @api.depends_context('uid')
    def _compute_can_note_attendance(self):
        for booth in self:
            since, until = booth._get_days_since_and_until_fair()
            booth.can_note_attendance = since >= 0 and (until >= 0 or booth.has_access('write'))

    def _get_days_since_and_until_fair(self):
        """Days since the first and until the last day of the fair, both 0 on the day of a usual one and negative outside."""
        self.ensure_one()
        today, first, last = self._get_fair_days()
        return (today - first).days, (last - today).days

    def _get_fair_days(self):
        """Today, and first and last day of the fair, where it takes place; today for what is not known."""
        event = self.event_id.with_context(tz=self.event_id.date_tz or self.env.user.tz)
        today = fields.Date.context_today(event)
        return today, *(
            fields.Datetime.context_timestamp(event, moment).date() if moment else today for moment in (event.date_begin, event.date_end)
        )

    @api.constrains('participation_state', 'event_id')
    def _check_attendance_day(self):
        """Nobody knows before the fair who comes, whichever way they say so."""
        for booth in self.sudo():
            if booth.participation_state in ('came', 'no_show') and booth._get_days_since_and_until_fair()[0] < 0:
                raise ValidationError(
                    self.env._(
                        "%(stand)s: who came is noted on the day of the fair, %(date)s.",
                        stand=booth.display_name,
                        date=format_date(self.env, booth._get_fair_days()[1]),
                    )
                )

    def _note_attendance(self, state, allowed):
        """A fair helper writes this and nothing else of a stand: checked as the user, then written past their rights. They do it on
        the day of the fair; afterwards officers put right what is wrong."""
        booths = self
        if not self.has_access('write') and self.env.user.has_group(FAIR_HELPER):
            self.check_access('read')
            if over := self.filtered(lambda booth: booth._get_days_since_and_until_fair()[1] < 0):
                raise UserError(
                    self.env._("%(stand)s: the fair is over. Ask an officer to put right who came.", stand=over[0].display_name)
                )
            booths = self.sudo()
        booths._set_participation(state, allowed)

    def action_came(self):
        self._note_attendance('came', ('confirmed', 'no_show'))

    def action_no_show(self):
        self._note_attendance('no_show', ('confirmed', 'came'))
