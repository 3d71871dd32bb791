"""What is somebody's, so that nothing stays behind when they leave."""

from collections import defaultdict
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, LazyTranslate

from ..base.groups import CANDIDATE_GROUPS, MANAGER, OUTREACH

_lt = LazyTranslate(__name__)

TO_DO = 'maßarbeit_outreach.mail_activity_type_hand_over'
READERS = ','.join((MANAGER, *CANDIDATE_GROUPS))


class HoldingKind(NamedTuple):
    """One kind of what is somebody's.

    :param person: field of the model that says whose it is
    :param domain: what of it still matters
    :param place: path to its municipality; None if it has none
    :param shown: path to the record that says more about it; None if it says it itself
    """

    key: str
    name: object
    model: str
    person: str
    domain: Domain
    place: str | None = None
    shown: str | None = None


class OutreachHolding(models.Model):
    """One row per person who has something, with what, as far as the reader may read it: whoever may not see candidates is not
    told that there are any. How much colleagues have who are still here is a figure by name of staff, see `outreach.staff.mixin`:
    the dialog that hands it over tells it, of one person."""

    _name = 'outreach.holding'
    _description = "What Is Whose"
    _auto = False
    _order = 'is_here, total desc, id'
    _rec_name = 'user_id'

    user_id = fields.Many2one('res.users', "Person", readonly=True)
    agency_id = fields.Many2one('outreach.agency', readonly=True)
    is_here = fields.Boolean("Still Here", readonly=True, help="Has an active user and belongs to an agency")
    total = fields.Integer(readonly=True)
    summary = fields.Text("What", readonly=True)

    @property
    def _table_query(self):
        counts = self._get_counts()
        users = self.env['res.users'].sudo().with_context(active_test=False).browse(counts)
        users = users.filtered(lambda user: not user.share) - self.env.ref('base.user_root')
        kinds = self._get_kinds()
        rows = [(0, 0, None, False, 0, '')]  # VALUES take no empty list
        for user in users:
            agency = user._get_outreach_agency()
            is_here = user.active and bool(agency)
            is_told = not is_here or user == self.env.user or self.env.company.outreach_staff_figures
            summary = ', '.join(f"{kind.name}: {counts[user.id][kind.key]}" for kind in kinds if counts[user.id].get(kind.key))
            total = sum(counts[user.id].values())
            rows.append((user.id, user.id, agency.id or None, is_here, total if is_told else 0, summary if is_told else ''))
        return SQL(
            "SELECT given.id::int, given.user_id::int, given.agency_id::int, given.is_here, given.total, given.summary"
            "  FROM (VALUES %s) AS given (id, user_id, agency_id, is_here, total, summary) WHERE given.id != 0",
            SQL(', ').join(SQL("%s", row) for row in rows),
        )

    @api.model
    def _get_kinds(self):
        """The kinds that the reader may read, in the order in which they are shown; other rooms add theirs."""
        kinds = [
            self._make_kind(
                'responsibility',
                _lt("Companies"),
                'outreach.responsibility',
                place='partner_id.outreach_municipality_id',
                shown='partner_id',
            ),
            self._make_kind('to_do', _lt("To-dos"), 'mail.activity', domain=self._get_to_do_domain()),
        ]
        return [kind for kind in kinds if kind]

    @api.model
    def _make_kind(self, key, name, model, *, person='user_id', domain=Domain.TRUE, place=None, shown=None):
        """A kind, or None for who may not read such records."""
        field = self.env[model]._fields[person]
        if not (self.env[model].has_access('read') and self.env[model]._has_field_access(field, 'read')):
            return None
        return HoldingKind(key, self.env._(name), model, person, domain, place, shown)

    @api.model
    def _get_to_do_domain(self):
        """To-dos that do not follow their record by themselves."""
        return Domain('res_model', '!=', False)

    @api.model
    def _get_counts(self, users=None):
        """``{user id: {key of a kind: number}}``, by one query for each kind."""
        counts = defaultdict(dict)
        for kind in self._get_kinds():
            domain = kind.domain & (Domain(kind.person, '!=', False) if users is None else Domain(kind.person, 'in', users.ids))
            # not grouped by the ORM: what is to be handed over is told, figures by name of staff need not be
            Model = self.env[kind.model]
            query = Model._search(domain)
            query.order = None
            query.groupby = person = Model._field_to_sql(Model._table, kind.person, query)
            for user, number in self.env.execute_query(query.select(person, SQL("count(*)"))):
                counts[user][kind.key] = number
        return counts

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_hand_over(self):
        self.ensure_one()
        return self.env['outreach.hand.over']._open(self.user_id)

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    @api.model
    def _tell_of_leavers(self, left):
        """Tell who can hand over what those who left their agency had: the managers of the agency, or else of the organisation, by
        one to-do each, without an e-mail; for what they may not see, one colleague after the other who may. Who would be told of
        nothing is not told.

        :param left: ``{user: agency}`` of those who are archived now, or in this agency no more
        """
        kind = self.env.ref(TO_DO, raise_if_not_found=False)
        for user, agency in left.items() if kind else ():
            for reader in self._get_readers(user, agency.sudo()):
                known = self.env['mail.activity'].sudo()
                partner = user.sudo().partner_id
                here = [('res_model', '=', 'res.partner'), ('res_id', '=', partner.id), ('activity_type_id', '=', kind.id)]
                if known.search_count([*here, ('user_id', '=', reader.id)], limit=1):
                    continue
                words = self.with_context(lang=reader.lang or self.env.lang).env
                partner._outreach_give_to_dos(
                    [
                        {
                            'res_id': partner.id,
                            'user_id': reader.id,
                            'summary': words._("Hand over what %(person)s had", person=partner.name),
                            'note': Markup('<p><a href="/odoo/outreach-holdings">%s</a></p>') % words._("What is whose"),
                        }
                    ],
                    TO_DO,
                )

    @api.model
    def _get_readers(self, user, agency):
        """Whom to tell: as few as see all of it."""
        company = agency.company_id

        def get_staff(group):
            staff = self.env.ref(group).sudo().all_user_ids - user - self.env.ref('base.user_root')
            return staff.filtered(lambda other: other.active and company in other.company_ids).sorted('id')

        def get_keys(reader):
            here = self.with_user(reader).with_context(allowed_company_ids=company.ids)
            return set(here._get_counts(user)[user.id])

        managers = get_staff(MANAGER)
        managers = (managers & agency.user_ids) or managers
        told = {manager: get_keys(manager) for manager in managers}
        readers = [manager for manager, keys in told.items() if keys]
        known = set().union(*told.values())
        for group in CANDIDATE_GROUPS:
            for colleague in get_staff(group) & agency.user_ids:
                if not (keys := get_keys(colleague)) <= known:
                    readers.append(colleague)
                    known |= keys
        return readers

    @api.model
    def _take_to_dos_back(self, user):
        """Nothing is left that those who were told can see: their to-dos go."""
        kind = self.env.ref(TO_DO)
        partner = user.sudo().partner_id
        to_dos = (
            self.env['mail.activity']
            .sudo()
            .search([('res_model', '=', 'res.partner'), ('res_id', '=', partner.id), ('activity_type_id', '=', kind.id)])
        )
        for to_do in to_dos:
            reader = to_do.user_id
            if not self.with_user(reader).with_context(allowed_company_ids=reader.company_ids.ids)._get_counts(user)[user.id]:
                to_do.with_context(mail_activity_quick_update=True).unlink()

    @api.model
    def _check_may_receive(self, user):
        if not user.active or user.share or not user.has_group(OUTREACH):
            raise UserError(self.env._("%(person)s does not work in employer outreach. Choose somebody who does.", person=user.name))
