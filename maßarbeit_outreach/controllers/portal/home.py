"""What an employer sees and does under /my/outreach.

Records are looked up as the user, so that rights and record rules decide what there is; only then a page is filled
from the same record in sudo. Whatever is not the user's own is answered as what does not exist. Nothing is changed by
GET, and everything that is changed goes through the `_*_from_portal` methods of the model.
"""

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date, format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ...models.base.groups import EMPLOYER


class OutreachPortal(CustomerPortal):
    _outreach_items_per_page = 20
    _outreach_items_on_overview = 5

    # ------------------------------------------------------------
    # WHAT THERE IS
    # ------------------------------------------------------------

    def _get_outreach_sources(self):
        """The lists, each once: it feeds the counter, the overview and the list page. The files beside this one add theirs, as
        `{key: {'model', 'filters', 'sortings'}}`, and have a page `portal_my_<key>`."""
        return {}

    def _search_outreach(self, source, filterby='all', sortby=None, limit=None, offset=0):
        """Own records in sudo, and how many there are. The rights decide about the ids, before anything is sudo."""
        Model = request.env[source['model']]
        if not request.env.user.has_group(EMPLOYER):
            return Model.sudo(), 0
        # the company is what the rules say already; without it the database would read all records and then pick the own ones
        company = Domain('partner_id', 'in', request.env.user.partner_id.commercial_partner_id.ids)
        own = company & Domain('id', 'in', Model._search(Domain.TRUE)) & source['filters'][filterby]['domain']
        sorting = source['sortings'].get(sortby) or next(iter(source['sortings'].values()))
        found_sudo = Model.sudo().search(own, order=sorting['order'], limit=limit, offset=offset)
        return found_sudo, Model.sudo().search_count(own)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'outreach_count' in counters:
            sources = self._get_outreach_sources()
            values['outreach_count'] = sum(
                self._search_outreach(sources[key], filterby, limit=1)[1]
                for key, filterby in (('visits', 'coming'), ('demands', 'open'), ('stands', 'coming'))
            )
        return values

    def _find_outreach(self, model, record_id):
        """The user's own record, else what somebody gets who asks for a page that does not exist."""
        self._check_employer()
        record = request.env[model].search([('id', '=', record_id)])
        if not record:
            raise request.not_found()
        return record

    def _check_employer(self):
        if not request.env.user.has_group(EMPLOYER):
            raise request.not_found()

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def _prepare_outreach_values(self, page_name, title, **values):
        """What every page needs; dates come as text in the visitor's language and time zone."""
        user = request.env.user
        company_sudo = user.partner_id.commercial_partner_id
        officer_sudo = company_sudo.sudo()._get_outreach_officer()
        # somebody invited without a time zone is in that of the officers
        tz = user.tz or officer_sudo.tz or request.env.company.sudo().partner_id.tz or 'UTC'

        def describe_time(start, stop):
            return request.env._(
                "%(day)s, %(start)s to %(stop)s",
                day=format_date(
                    request.env,
                    fields.Datetime.context_timestamp(request.env['res.users'].with_context(tz=tz), start).date(),
                    date_format='full',
                ),
                start=format_datetime(request.env, start, tz=tz, dt_format='HH:mm'),
                stop=format_datetime(request.env, stop, tz=tz, dt_format='HH:mm'),
            )

        def label(record, fname):
            return dict(record._fields[fname]._description_selection(request.env)).get(record[fname], '')

        return {
            **self._prepare_portal_layout_values(),
            'page_name': page_name,
            'title': title,
            'outreach_company': company_sudo,
            'outreach_officer': officer_sudo,
            'has_company': company_sudo.is_company,
            'describe_time': describe_time,
            'describe_day': lambda day: format_date(request.env, day, date_format='long'),
            'label': label,
            **values,
        }

    @http.route('/my/outreach', type='http', auth='user', website=True, readonly=True)
    def my_outreach(self, **kwargs):
        self._check_employer()
        sources = self._get_outreach_sources()
        limit = self._outreach_items_on_overview
        coming, coming_count = self._search_outreach(sources['visits'], 'coming', 'oldest', limit)
        past, past_count = self._search_outreach(sources['visits'], 'past', 'newest', limit)
        demands, demand_count = self._search_outreach(sources['demands'], 'open', 'newest', limit)
        __, all_demand_count = self._search_outreach(sources['demands'], limit=1)
        stands, stand_count = self._search_outreach(sources['stands'], 'coming', 'oldest', limit)
        __, all_stand_count = self._search_outreach(sources['stands'], limit=1)
        return request.render(
            'maßarbeit_outreach.portal_my_outreach',
            self._prepare_outreach_values(
                'outreach',
                request.env._("Employer portal"),
                coming=coming,
                coming_count=coming_count,
                past=past,
                past_count=past_count,
                demands=demands,
                demand_count=demand_count,
                all_demand_count=all_demand_count,
                stands=stands,
                stand_count=stand_count,
                all_stand_count=all_stand_count,
            ),
        )

    def _render_outreach_list(self, key, title, page, sortby, filterby):
        self._check_employer()
        source = self._get_outreach_sources()[key]
        sortby = sortby if sortby in source['sortings'] else next(iter(source['sortings']))
        filterby = filterby if filterby in source['filters'] else 'all'
        page = int(page) if str(page).isdecimal() else 1
        url = f'/my/outreach/{key}'
        step = self._outreach_items_per_page
        __, total = self._search_outreach(source, filterby, limit=1)
        pager = portal_pager(url=url, total=total, page=page, step=step, url_args={'sortby': sortby, 'filterby': filterby})
        records, __ = self._search_outreach(source, filterby, sortby, limit=step, offset=max(pager['offset'], 0))
        return request.render(
            f'maßarbeit_outreach.portal_my_{key}',
            self._prepare_outreach_values(
                f'outreach_{key}',
                title,
                records=records,
                pager=pager,
                default_url=url,
                searchbar_sortings=source['sortings'],
                sortby=sortby,
                searchbar_filters=source['filters'],
                filterby=filterby,
            ),
        )
