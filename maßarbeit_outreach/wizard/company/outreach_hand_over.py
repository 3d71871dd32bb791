from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

REASONS_SHOWN = 5


class OutreachHandOver(models.TransientModel):
    """Give what is somebody's to a colleague: all of it, some kinds, or what is in one municipality.

    Each record is written in the name of whoever hands over, with their rights, and all that watches over such a change does. What
    cannot be given stays where it is, and the dialog says why.
    """

    _name = 'outreach.hand.over'
    _description = "Hand Over"

    from_user_id = fields.Many2one('res.users', "From", required=True, readonly=True, ondelete='cascade')
    to_user_id = fields.Many2one('res.users', "To", ondelete='cascade', domain=lambda self: self._get_receivers())
    municipality_id = fields.Many2one(
        'outreach.municipality', ondelete='cascade', help="Only what is there; to-dos are nowhere, so they stay unless this is empty"
    )
    line_ids = fields.One2many('outreach.hand.over.line', 'hand_over_id', "What")
    warning = fields.Text("Before You Hand Over", compute='_compute_warning')
    result = fields.Text(readonly=True)
    is_done = fields.Boolean(readonly=True)

    @api.model
    def _get_receivers(self):
        group = self.env.ref('maßarbeit_outreach.group_outreach_user')
        # the list shows archived people, so its context does
        return [
            ('active', '=', True),
            ('share', '=', False),
            ('all_group_ids', 'in', group.ids),
            ('company_ids', 'in', self.env.companies.ids),
        ]

    @api.depends('to_user_id', 'municipality_id', 'line_ids.is_chosen')
    @api.depends_context('uid', 'lang')
    def _compute_warning(self):
        """What will happen to whom it goes, and what will stay: said before it is pressed. Nothing is written for it."""
        for dialog in self:
            lines, receiver = [], dialog.to_user_id._origin
            if receiver and not dialog.is_done:
                from_agency = dialog.from_user_id.sudo()._get_outreach_agency()
                to_agency = receiver.sudo()._get_outreach_agency()
                if from_agency and to_agency and from_agency != to_agency:
                    lines.append(
                        self.env._(
                            "Goes to another agency: from %(from_agency)s to %(to_agency)s.",
                            from_agency=from_agency.name,
                            to_agency=to_agency.name,
                        )
                    )
                for line in dialog.line_ids.filtered('is_chosen'):
                    refusals = line._foresee_refusals(receiver)
                    lines += [
                        self.env._("%(kind)s: %(count)s stay. %(reason)s", kind=line.name, count=number, reason=reason)
                        for reason, number in sorted(refusals.items(), key=lambda item: -item[1])[:REASONS_SHOWN]
                    ]
            dialog.warning = '\n'.join(lines) or False

    @api.model
    def _open(self, user):
        """The dialog for what this person has."""
        counts = self.env['outreach.holding']._get_counts(user)[user.id]
        kinds = [kind for kind in self.env['outreach.holding']._get_kinds() if counts.get(kind.key)]
        if not kinds:
            raise UserError(self.env._("Nothing is left that you could hand over."))
        dialog = self.create(
            {
                'from_user_id': user.id,
                'line_ids': [Command.create({'kind': kind.key, 'is_chosen': self.env[kind.model].has_access('write')}) for kind in kinds],
            }
        )
        return dialog._get_action()

    def _get_action(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Hand Over"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def action_hand_over(self):
        self.ensure_one()
        to_user = self.to_user_id
        if not to_user:
            raise UserError(self.env._("Whom do you want to give it to?"))
        if to_user == self.from_user_id:
            raise UserError(self.env._("It belongs to this person already."))
        self.env['outreach.holding']._check_may_receive(to_user)
        given, reasons, kept = [], {}, 0
        for line in self.line_ids.filtered('is_chosen'):
            records = line._get_records()
            failures = line._give(records, to_user)
            if number := len(records) - len(failures):
                given.append(f"{line.name}: {number}")
            kept += len(failures)
            for reason in failures.values():
                reasons[reason] = reasons.get(reason, 0) + 1
        if given:
            self._tell(to_user)
            self.env['outreach.holding']._take_to_dos_back(self.from_user_id)
        lines = [self.env._("Given to %(person)s: %(what)s", person=to_user.name, what=', '.join(given))] if given else []
        if kept:
            lines.append(self.env._("Could not be given: %(count)s", count=kept))
            lines += [f"{number} × {reason}" for reason, number in sorted(reasons.items(), key=lambda item: -item[1])[:REASONS_SHOWN]]
        self.write({'is_done': True, 'result': '\n'.join(lines) or self.env._("Nothing was chosen.")})
        return self._get_action()

    def _tell(self, user):
        """One to-do, without an e-mail; how much of what it is says the list itself."""
        if user == self.env.user:
            return
        words = self.with_context(lang=user.lang or self.env.lang).env
        self.env['mail.activity'].sudo().with_context(mail_activity_quick_update=True).create(
            {
                'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
                'automated': True,
                'user_id': user.id,
                'date_deadline': fields.Date.context_today(self),
                'summary': words._(
                    "%(who)s has given you what %(person)s had", who=self.env.user.name, person=self.from_user_id.sudo().name
                ),
            }
        )


class OutreachHandOverLine(models.TransientModel):
    """One kind of what is handed over."""

    _name = 'outreach.hand.over.line'
    _description = "Hand Over: Kind"

    hand_over_id = fields.Many2one('outreach.hand.over', required=True, ondelete='cascade', index=True, export_string_translation=False)
    kind = fields.Char(required=True, readonly=True, export_string_translation=False)
    name = fields.Char("What", compute='_compute_count')
    count = fields.Integer("Number", compute='_compute_count')
    is_chosen = fields.Boolean("Give")
    may_give = fields.Boolean(compute='_compute_count', export_string_translation=False)

    @api.constrains('kind')
    def _check_kind(self):
        if any(not line._get_kind() for line in self.sudo(False)):  # as whoever writes it; constraints run with all rights
            raise ValidationError(self.env._("Nothing of this kind is there that you could hand over."))

    def _get_kind(self):
        return next((kind for kind in self.env['outreach.holding']._get_kinds() if kind.key == self.kind), None)

    @api.depends('kind', 'hand_over_id.from_user_id', 'hand_over_id.municipality_id')
    @api.depends_context('uid', 'lang')
    def _compute_count(self):
        for line in self:
            kind = line._get_kind()
            line.name = kind and kind.name
            line.count = self.env[kind.model].search_count(line._get_domain(kind)) if kind else 0
            line.may_give = bool(kind) and self.env[kind.model].has_access('write')

    def _get_domain(self, kind):
        domain = kind.domain & Domain(kind.person, '=', self.hand_over_id.from_user_id.id)
        if place := self.hand_over_id.municipality_id:
            domain &= Domain(kind.place, 'in', place._origin.ids) if kind.place else Domain.FALSE
        return domain

    def _get_records(self):
        kind = self._get_kind()
        return self.env[kind.model].search(self._get_domain(kind)) if kind else self.env['outreach.holding'].browse()

    def _give(self, records, user):
        """Write the person; what cannot be written as a whole, one by one.

        :return: ``{record: reason}`` of what stays
        """
        kind = self._get_kind()
        if not kind:  # the right to read it was taken meanwhile
            return {}
        # who receives it gets one to-do for all
        quiet = records.with_context(mail_activity_quick_update=True, mail_auto_subscribe_no_notify=True, mail_notify_author=False)
        failures = {}

        def give(some):
            if not some:
                return
            try:
                with self.env.cr.savepoint():
                    self._check_receiver(kind, some, user)
                    some.write({kind.person: user.id})
                    self.env.flush_all()
            except (UserError, ValidationError, AccessError) as error:
                self.env.invalidate_all()
                if len(some) == 1:
                    failures[some] = str(error)
                    return
                for record in some:
                    give(record)

        give(self._drop_doubles(kind, quiet, user))
        return failures

    def _drop_doubles(self, kind, records, user):
        """What the receiver has already, so that the line of the other one goes; others are given."""
        return records

    def _check_receiver(self, kind, records, user):
        """Refuse what the form would not offer."""
        if refusals := self._get_refusals(kind, records, user):
            raise UserError(next(iter(refusals.values())))

    def _get_refusals(self, kind, records, user):
        """``{record: why this person cannot have it}``: a colleague of another agency is not responsible for this one's companies."""
        if kind.key != 'responsibility':
            return {}
        return {
            line: self.env._("%(person)s does not belong to %(agency)s.", person=user.name, agency=line.agency_id.sudo().name)
            for line in records
            if user not in line.sudo().agency_id.user_ids
        }

    def _foresee_refusals(self, user):
        """``{reason: how many stay}`` if it were given to this person now, as far as that is known without writing."""
        line = self._origin
        kind = line._get_kind()
        if not kind:
            return {}
        records = self.env[kind.model].search(self._get_domain(kind))
        if records and not self.env[kind.model].with_user(user).has_access('read'):
            return {self.env._("%(person)s may not see it.", person=user.name): len(records)}
        reasons = {}
        for reason in line._get_refusals(kind, records, user).values():
            reasons[reason] = reasons.get(reason, 0) + 1
        return reasons

    def action_open(self):
        """The records themselves."""
        self.ensure_one()
        kind = self._get_kind()
        if not kind:
            raise UserError(self.env._("Nothing of this kind is there that you could hand over."))
        records = self._get_records()
        if kind.shown:
            records = records.mapped(kind.shown)
        return {
            'type': 'ir.actions.act_window',
            'name': kind.name,
            'res_model': records._name,
            'views': [(False, 'list'), (False, 'form')],
            'domain': [('id', 'in', records.ids)],
            'context': {'active_test': False},
        }
