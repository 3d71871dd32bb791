"""Who may know what a company told: business secrets are as secret as social data (§ 35 (4) SGB I)."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .groups import OFFICES

CIRCLES = [('agency', "Own agency"), ('offices', "Job centre and economic development"), ('all', "All who work with companies")]
# From the narrowest to the widest.
WIDTH = {circle: width for width, (circle, __) in enumerate(CIRCLES)}


def get_narrowest(*circles):
    """The narrowest of these circles, of which some may be unknown; all where none is known."""
    return min(filter(None, circles), key=WIDTH.__getitem__, default='all')


class OutreachCircleMixin(models.AbstractModel):
    """A record that only a circle reads: the agencies that own it, the two offices, or all who work with companies.

    SPECIFICATION
     * Outside the circle the record is not there, on any path: record rules ask `_get_circle_domain`. That somebody goes to the
       company, when and for which agency is told all the same, by code that reads in sudo and says so.
     * The circle of a new record is the preset, see `_get_circle_preset`; of one that exists it only ever gets narrower by itself.
     * Those who own the record change its circle and let others in, nobody else, and nobody widens it beyond what the company agreed
       to (§ 67b SGB X). A circle without an agency is changed by whoever may write.
     * Who is outside follows no more, is told nothing in messages, and has no activity on it.
    """

    _name = 'outreach.circle.mixin'
    _description = "Record that a circle reads"

    _circle_agencies = 'agency_id'  # who reads it, and whose record it is
    _circle_owners = None  # whose record it is, where others read it, too
    _circle_people = ('create_uid',)  # who reads it in any case

    circle = fields.Selection(
        CIRCLES,
        "Who May Know",
        compute='_compute_circle',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        help="Everybody else learns that somebody goes there, when, and for which agency, but not what it is about.",
    )
    may_change_circle = fields.Boolean(compute='_compute_may_change_circle', export_string_translation=False)

    # ------------------------------------------------------------
    # WHO IS IN IT
    # ------------------------------------------------------------

    @api.model
    def _get_circle_domain(self, user, path=None, people=()):
        """What this user may know of these records, or what belongs to one of them in the field `path` and what names the user in one
        of the fields `people`. Agencies are looked up each time, as record rules keep the answer. Employers have a rule of their own."""
        if user.share:
            return Domain.TRUE
        known = Domain('circle', 'in', ['offices', 'all'] if user.has_groups(OFFICES) else ['all'])
        for fname in (*self._circle_people, f'{self._circle_agencies}.user_ids'):
            known |= Domain(fname, 'in', user.ids)
        if path:
            known = Domain(path, '=', False) | Domain(path, 'any', known)
            for fname in people:
                known |= Domain(fname, 'in', user.ids)
        return known

    def _filter_known(self, user=None):
        """Those of these records that the user may know, also where this runs with all rights; what is not saved is their own."""
        user = user or self.env.user
        records = self.sudo().with_context(active_test=False)
        closed = records.filtered(lambda record: record._origin and record.circle != 'all')
        if closed and user.id != api.SUPERUSER_ID:
            closed -= closed.filtered_domain(self._get_circle_domain(user.sudo()))
            return (records - closed).with_env(self.env)
        return self

    def _check_known(self):
        """Raise AccessError for those of these records that the user may not know, as core does for those that may not be read."""
        if not self.env.su and (closed := self - self._filter_known()):
            raise self.env['ir.rule']._make_access_error('read', closed)

    def _is_told_to_all(self):
        """Whether what this is about may be written where everybody reads it: in the calendar, on the company's page."""
        self.ensure_one()
        return self.sudo().circle == 'all'

    # ------------------------------------------------------------
    # PRESET AND CHANGE
    # ------------------------------------------------------------

    def _get_circle_preset(self):
        """The circle in which such a record begins."""
        return 'all'

    def _get_circle_agreed(self):
        """The widest circle to which the company agreed; empty where nobody asked."""
        return False

    def _compute_circle(self):
        for record in self:
            known = record.circle if record._origin else False
            record.circle = get_narrowest(known, record._get_circle_preset(), record._get_circle_agreed())

    @api.model
    def _get_circle_owners_field(self):
        return self._circle_owners or self._circle_agencies

    @api.depends(lambda self: {self._get_circle_owners_field()} & self._fields.keys())
    @api.depends_context('uid')
    def _compute_may_change_circle(self):
        for record in self:
            agencies = record.sudo()[self._get_circle_owners_field()]
            record.may_change_circle = self.env.su or not (record._origin and agencies) or self.env.user in agencies.user_ids

    def _check_circle_change(self, circle):
        """Raise for what this user may not make of the circle."""
        changing = self.filtered(lambda record: record.circle != circle)
        changing._check_circle_owned()
        changing._check_circle_agreed(circle)

    def _check_circle_owned(self):
        """Raise AccessError for those whose circle this user does not decide upon."""
        if strangers := self.filtered(lambda record: not record.may_change_circle):
            raise AccessError(
                self.env._(
                    "Who may know this is decided by %(agencies)s. Please ask a colleague there.",
                    agencies=', '.join(strangers.sudo()[self._get_circle_owners_field()].mapped('name')),
                )
            )

    def _check_circle_people(self, user_id):
        """Raise AccessError if this user lets in somebody who is outside, without deciding upon the circle; `user_id` as it is written."""
        strangers = self.filtered(lambda record: not record.may_change_circle)
        user = self.env['res.users'].browse(user_id if isinstance(user_id, int) else False)
        if not user or strangers._filter_known(user) != strangers:
            strangers._check_circle_owned()

    def _check_circle_agreed(self, circle):
        for record in self:
            agreed = record.sudo()._get_circle_agreed()
            if agreed and WIDTH[circle] > WIDTH[agreed]:
                raise UserError(
                    self.env._(
                        "The company agreed to “%(agreed)s” only. Ask it first, and note its agreement on its page.",
                        agreed=dict(self._fields['circle']._description_selection(self.env))[agreed],
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not self.env.su:
            for record in records:  # whatever it comes from: given, a default of the context, or a saved one
                record._check_circle_agreed(record.circle)
        return records

    def write(self, vals):
        if vals.get('circle') and not self.env.su:
            self._check_circle_change(vals['circle'])
        if not self.env.su:  # else who is inside makes themselves an owner, or lets somebody in
            if {self._circle_agencies, self._circle_owners} & vals.keys():
                self._check_circle_owned()
            for name in vals.keys() & {*self._circle_people}:
                self.filtered(lambda record: record.circle != 'all')._check_circle_people(vals[name])
        before = {record: record.circle for record in self.sudo()}
        res = super().write(vals)
        if changed := self.sudo().filtered(lambda record: record in before and before[record] != record.circle):
            changed._follow_circle(before)
        return res

    def _follow_circle(self, before):
        """What follows from another circle; `before` has the former ones. Runs in sudo."""

    def _narrow_circle(self, circle):
        """Bring these records down to a circle, whoever asks: a company that agrees to less is heard at once."""
        self.sudo().filtered(lambda record: WIDTH[record.circle] > WIDTH[circle]).write({'circle': circle})

    # ------------------------------------------------------------
    # MESSAGES AND ACTIVITIES
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_circle_models(self):
        """The names of the models whose messages and activities follow the circle."""
        registry = self.env.registry
        return tuple(
            name
            for name, model in registry.items()
            if issubclass(model, registry['outreach.circle.mixin']) and issubclass(model, registry['mail.thread']) and not model._abstract
        )

    def _filter_circle_partners(self, partners):
        """Those of these contacts who may be told: of colleagues those in the circle of all of these records; the company itself."""

        def is_told(partner):
            users = partner.with_context(active_test=False).user_ids.filtered(lambda user: not user.share)
            return all(self._filter_known(user) == self for user in users)

        return partners if all(record._is_told_to_all() for record in self) else partners.filtered(is_told)

    def _check_circle_partners(self, partners):
        """Raise UserError if somebody outside the circle is to be told."""
        partners = partners.sudo()
        for partner in partners - self._filter_circle_partners(partners):
            raise UserError(
                self.env._(
                    "%(person)s is outside the circle of those who may know this. Change the circle, or write without them.",
                    person=partner.name,
                )
            )
