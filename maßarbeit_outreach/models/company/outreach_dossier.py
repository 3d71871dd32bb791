from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from ...tools.base.links import map_link, tel_link
from ..base.groups import OFFICER, OUTREACH

PAGE = 20


class Source(NamedTuple):
    """Records that stand in the timeline. Rows, counts and the chip of a kind come from the same condition."""

    kind: str
    label: str  # of several, for the chip
    icon: str
    model: str
    domain: Domain
    moment: str  # the field that says when it is, in the record itself


class OutreachDossier(models.AbstractModel):
    """What the offices do with a company, on one page, read as whoever asks; nothing is written and nothing kept.

    SPECIFICATION
     * First who is there next and was there last, then what warns, then what is open, then the timeline.
     * The timeline is computed from the records as they are now, never from messages: a visit that moved stands at its new time and
       says what it was before.
     * What somebody may not read is neither a row nor part of a number.
     * The number of queries does not depend on how much there is: one for the page of all kinds, one for the numbers, and those of
       each kind for its own rows.

    A room adds to the hooks `_get_cards`, `_get_notices`, `_get_sections`, `_get_timeline_sources` and `_get_timeline_rows`.
    """

    _name = 'outreach.dossier'
    _inherit = ['outreach.words.mixin']
    _description = "What the offices do with a company"

    # ------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_dossier(self, company_id):
        """`address`, `map`, `person`, `cards`, `notices` and `sections` of the page, as plain data; see the methods for what is in them."""
        company = self._get_company(company_id)
        address = ', '.join(filter(None, [company.street, ' '.join(filter(None, [company.zip, company.city]))]))
        return {
            'address': address,
            'map': map_link(address),
            'person': self._get_person(company),
            'cards': self._get_cards(company),
            'notices': self._get_notices(company),
            'sections': self._get_sections(company),
        }

    @api.model
    @api.readonly
    def get_timeline(self, company_id, kind=False, offset=0):
        """The next rows, the latest first: `kinds` with `count`, `rows` and how many there are in `total`.

        Each row has `key`, `kind`, `icon`, `model`, `id`, `when`, `is_ahead`, `title`, `badge`, `quote`, `text` and `late`.
        """
        company = self._get_company(company_id)
        sources = {source.kind: source for source in self._get_timeline_sources(company) if self.env[source.model].has_access('read')}
        union = self._get_timeline_union(sources.values())
        counts = dict(self.env.execute_query(SQL("SELECT kind, count(*) FROM (%s) row GROUP BY kind", union))) if union else {}
        chosen = sources.get(kind)
        if chosen:
            union = self._get_timeline_union([chosen])
        found = []
        if union:
            found = self.env.execute_query(
                SQL(
                    "SELECT kind, id, moment FROM (%s) row ORDER BY moment DESC, kind, id DESC LIMIT %s OFFSET %s",
                    union,
                    PAGE,
                    max(int(offset), 0),
                )
            )
        said = {}
        for of_kind, rows in groupby(found, key=lambda row: row[0]):
            records = self.env[sources[of_kind].model].browse(row[1] for row in rows)
            said |= {(of_kind, number): values for number, values in self._get_timeline_rows(of_kind, records).items()}
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now()).replace(tzinfo=None)
        return {
            'kinds': [
                {'kind': source.kind, 'label': source.label, 'count': counts[source.kind]}
                for source in sources.values()
                if counts.get(source.kind)
            ],
            'total': counts.get(kind, 0) if chosen else sum(counts.values()),
            'rows': [
                self._get_row(sources[of_kind], number, moment, now) | said[of_kind, number]
                for of_kind, number, moment in found
                if (of_kind, number) in said
            ],
        }

    @api.model
    def _get_company(self, company_id):
        if not self.env.user.has_group(OUTREACH):
            raise AccessError(self.env._("What the offices know of a company is for their staff."))
        company = self.env['res.partner'].browse(int(company_id)).exists()
        company.check_access('read')
        return company

    # ------------------------------------------------------------
    # WHAT THE ROOMS ADD
    # ------------------------------------------------------------

    def _get_cards(self, company):
        """`[{key, label, title, text, when, model, id, empty}]`: the next and the last contact."""
        return []

    def _get_notices(self, company):
        """`[{key, level, title, text, buttons}]`, the most pressing first; `level` is `danger`, `warning` or `wish`."""
        today = self._get_day()
        notices = []
        if company.outreach_vetting == 'blocked':
            notices.append(
                self._get_notice(
                    'blocked',
                    'danger',
                    self.env._("Blocked by vetting:"),
                    self.env._("no visit, demand or stand can be added. A manager can change the vetting."),
                )
            )
        if company.outreach_blocked_until and company.outreach_blocked_until >= today:
            notices.append(
                self._get_notice(
                    'quiet',
                    'warning',
                    self.env._("No contact until %(day)s", day=self._say_day(company.outreach_blocked_until)),
                    self.env._("The company asked for it."),
                )
            )
        if company.outreach_municipality_status == 'to_assign':
            notices.append(
                self._get_notice(
                    'municipality',
                    'warning',
                    self.env._("Municipality:"),
                    self.env._("the address leaves open which one the company belongs to. Please choose it under “Company”."),
                )
            )
        if twin := company.outreach_register_twin_id._filtered_access('read'):
            notices.append(
                self._get_notice('twin', 'warning', self.env._("The same register entry:"), twin.display_name)
                | {'model': twin._name, 'id': twin.id}
            )
        wishes = [company.outreach_wish_note or '']
        if company.outreach_max_contacts:
            wishes.append(self.env._("at most %(count)s contacts a month", count=company.outreach_max_contacts))
        if any(wishes):
            notices.append(self._get_notice('wish', 'wish', self.env._("The company asked for:"), self._join(*wishes)))
        return notices

    def _get_sections(self, company):
        """`[{key, title, note, rows, list, empty}]` of what is open; `list` is `(label, method)` of the company."""
        return []

    def _get_timeline_sources(self, company):
        """The `Source` of each kind, in the order of the chips."""
        return []

    def _get_timeline_rows(self, kind, records):
        """`{id: values of the row}` for records of this kind, see `get_timeline`."""
        return {}

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def _get_timeline_union(self, sources):
        """SQL for `kind`, `id` and `moment`, in the time of whoever asks, of all that they may read; None where that is nothing."""
        parts = []
        for source in sources:
            model = self.env[source.model]
            query = model._search(source.domain)
            if query.is_empty():
                continue
            moment = model._field_to_sql(model._table, source.moment, query)
            if model._fields[source.moment].type == 'datetime':
                moment = SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE %s", moment, self.env.tz.zone)
            parts.append(
                SQL(
                    "(%s)",
                    query.select(
                        SQL("%s::text AS kind", source.kind),
                        SQL("%s AS id", SQL.identifier(model._table, 'id')),
                        SQL("(%s)::timestamp AS moment", moment),
                    ),
                )
            )
        return SQL(" UNION ALL ").join(parts) if parts else None

    def _get_row(self, source, number, moment, now):
        is_day = self.env[source.model]._fields[source.moment].type == 'date'
        return {
            'key': f'{source.kind},{number}',
            'kind': source.kind,
            'icon': source.icon,
            'model': source.model,
            'id': number,
            'when': self._say_moment(moment, now, is_day),
            'iso': (moment.date() if is_day else moment).isoformat(),
            'is_ahead': moment.date() > now.date() or (not is_day and moment > now),
            'title': '',
            'badge': '',
            'quote': '',
            'text': '',
            'late': '',
            'muted': False,
        }

    def _say_moment(self, moment: datetime, now: datetime, is_day=False):
        """ "today, 10:00", "Do., 3. Dezember", "17. Nov.", and of other years "17. Nov. 2025"."""
        if moment.date() == now.date():
            return self.env._("today") if is_day else self.env._("today, %(time)s", time=moment.strftime('%H:%M'))
        if moment.date() > now.date():
            return self._say_day(moment.date())
        if moment.year == now.year:
            return self._say_short_day(moment.date())
        return self._say_long_day(moment.date())

    def _get_notice(self, key, level, title, text, buttons=()):
        return {'key': key, 'level': level, 'title': title, 'text': text, 'buttons': list(buttons), 'model': False, 'id': False}

    def _get_button(self, label, records, method):
        """A button that calls a method of records, after which the page is read anew."""
        return {'label': label, 'model': records._name, 'ids': records.ids, 'method': method}

    def _get_person(self, company):
        """Whom to call: the first contact person who has a phone, else whoever is there, else the company. E-mail is not offered
        where the company refuses it, and only to those who may write."""
        people = company.child_ids.filtered(lambda child: child._is_outreach_contact()).sorted(lambda child: not child.phone)
        person = people[:1] or company
        phone = person.phone or company.phone
        refused = company.outreach_consent_phone == 'refused'
        mail = person.email or company.email
        may_write = self._is_officer() and company.outreach_vetting != 'blocked'
        return {
            'name': people[:1].name or '',
            'function': people[:1].function or '',
            'tel': (not refused and phone and tel_link(phone)) or '',
            'phone': phone or '',
            'refused': self._join(
                refused and self.env._("no calls wished"), company.outreach_consent_email == 'refused' and self.env._("no e-mails wished")
            ),
            'write': bool(mail and may_write and company.outreach_consent_email != 'refused'),
        }

    def _is_officer(self):
        return self.env.user.has_group(OFFICER)
