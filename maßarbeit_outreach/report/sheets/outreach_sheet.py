from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...models.base.groups import OUTREACH

# Debian's wkhtmltopdf (Qt as it is, not patched) prints everything at 1/1.3 of its size, whatever `--dpi`, `--zoom`
# and `--disable-smart-shrinking` say.
UNPATCHED_ZOOM = 1.3


class OutreachSheet(models.AbstractModel):
    """A sheet to take along: one HTML document for all records, since wkhtmltopdf without patched Qt cannot join several.

    For readers of employer outreach, unless a sheet says otherwise. Employers read their own visits in the portal, but not what
    the offices know of the company; core's route of reports asks for no group, so it is asked for here.
    """

    _name = 'report.outreach.sheet'
    _description = "Printed sheet"
    _sheet_model = None
    _sheet_group = OUTREACH  # None: whoever may read the records

    @api.model
    def _get_report_values(self, docids, data=None):
        if self._sheet_group and not (self.env.su or self.env.user.has_group(self._sheet_group)):
            raise AccessError(self.env._("This sheet is for the offices of employer outreach only."))
        docs = self.env[self._sheet_model].browse(docids).exists()
        if not docs:
            raise UserError(self.env._("There is nothing to print: choose what to print in the list first."))
        docs.check_access('read')
        for_printer = (data or {}).get('report_type') == 'pdf'
        return {
            'sheets': self._prepare_sheets(docs),
            'printed': self.env._(
                "Internal · printed on %(date)s by %(name)s",
                name=self.env.user.name,
                date=self._format_date(fields.Date.context_today(self)),
            ),
            'zoom': UNPATCHED_ZOOM if for_printer and not _wkhtml().is_patched_qt else 1,
            'lang': (self.env.lang or 'en_US').replace('_', '-'),
        }

    def _prepare_sheets(self, docs):
        """A dict of words to print for each sheet, in the order of the records; the number of queries does not grow with them."""
        raise NotImplementedError

    def _group(self, model, companies, domain, order=None):
        """`{company: records}` of what the user may read; nothing of a model that they may not read at all."""
        records = self.env[model]
        if records.has_access('read'):
            records = records.search(Domain('partner_id', 'in', companies.ids) & Domain(domain), order=order)
        return defaultdict(records.browse, records.grouped('partner_id'))

    def _get_contacts(self, visits):
        """Whom to ask for: `{visit: persons}`, those named at the visit before the others of the company."""
        persons = self.env['res.partner'].search(
            [('commercial_partner_id', 'in', visits.partner_id.ids), ('is_company', '=', False), ('type', '=', 'contact')]
        )
        by_company = defaultdict(persons.browse, persons.grouped('commercial_partner_id'))
        return {visit: visit.contact_ids | by_company[visit.partner_id] for visit in visits}

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _section(self, title, widths, rows, limit, empty=None, wrap=False):
        """A table of at most `limit` rows (lists of words) in columns of these widths (mm), each cut to one line; with
        `wrap` the last column has two. None when there is nothing to say, not even `empty`."""
        if not rows and not empty:
            return None
        return {'title': title, 'widths': widths, 'rows': rows[:limit], 'more': max(len(rows) - limit, 0), 'empty': empty, 'wrap': wrap}

    def _get_sides(self):
        """Who promised, in a word."""
        return {'agency': self.env._("We"), 'company': self.env._("Company")}

    def _get_label(self, record, fname):
        return dict(record._fields[fname]._description_selection(self.env)).get(record[fname], '')

    def _format_date(self, value):
        return format_date(self.env, value) if value else ''

    def _format_day(self, moment, date_format='full'):
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date(), date_format=date_format)

    def _format_hours(self, visit):
        # in the user's time zone
        return '–'.join(format_time(self.env, moment, time_format='short') for moment in (visit.start, visit.stop))

    def _format_team(self, visit):
        return [f"{member.user_id.name} ({member.agency_id.name})" for member in visit.member_ids]

    def _format_address(self, company):
        place = ' '.join(filter(None, [company.zip, company.city]))
        return [line for line in (company.street, company.street2, place) if line]

    def _format_place(self, visit):
        """Where to go: the site by its name, and the address."""
        address = visit.location or ', '.join(self._format_address(visit._get_site_or_company()))
        return ', '.join(filter(None, [visit.site_id.name, address]))

    def _format_until(self, promise, today):
        until = self._format_date(promise.date_deadline)
        return self.env._("%(date)s overdue", date=until) if promise.date_deadline < today else until
