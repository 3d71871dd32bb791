"""What an employer sees and does under /my/outreach.

Records are looked up as the user, so that rights and record rules decide what there is; only then a page is filled
from the same record in sudo. Whatever is not the user's own is answered as what does not exist. Nothing is changed by
GET, and everything that is changed goes through the `_*_from_portal` methods of the model.
"""
import uuid

import psycopg2

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import format_date, format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.outreach_demand_portal import EMPLOYER_GROUP, PortalInputError, PortalRefused

MAX_FORM_BYTES = 64 * 1024


class OutreachPortal(CustomerPortal):
    _outreach_items_per_page = 20
    _outreach_items_on_overview = 5

    # ------------------------------------------------------------
    # WHAT THERE IS
    # ------------------------------------------------------------

    def _get_outreach_visit_filters(self):
        now = fields.Datetime.now()
        coming = Domain('stage', 'in', ('planned', 'confirmed')) & Domain('stop', '>=', now)
        cancelled = Domain('stage', '=', 'cancelled')
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'coming': {'label': request.env._("Coming"), 'domain': coming},
            'past': {'label': request.env._("Past"), 'domain': ~coming & ~cancelled},
            'cancelled': {'label': request.env._("Cancelled"), 'domain': cancelled},
        }

    def _get_outreach_demand_filters(self):
        is_open = request.env['outreach.demand']._get_open_domain()
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'open': {'label': request.env._("Open"), 'domain': is_open},
            'done': {'label': request.env._("Filled or closed"), 'domain': ~is_open},
        }

    def _get_outreach_stand_filters(self):
        coming = Domain('event_id.date_end', '>=', fields.Datetime.now())
        return {
            'all': {'label': request.env._("All"), 'domain': Domain.TRUE},
            'coming': {'label': request.env._("Coming"), 'domain': coming},
            'past': {'label': request.env._("Past"), 'domain': ~coming},
        }

    def _get_outreach_sources(self):
        """The three lists, each once: it feeds the counter, the overview and the list page."""
        return {
            'visits': {
                'model': 'outreach.visit',
                'filters': self._get_outreach_visit_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'start desc, id desc'},
                    'oldest': {'label': request.env._("Oldest first"), 'order': 'start, id'},
                },
            },
            'demands': {
                'model': 'outreach.demand',
                'filters': self._get_outreach_demand_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'date desc, id desc'},
                    'start': {'label': request.env._("To be filled from"), 'order': 'start_date, id'},
                    'name': {'label': request.env._("Title"), 'order': 'name, id'},
                },
            },
            'stands': {
                'model': 'event.booth',
                'filters': self._get_outreach_stand_filters(),
                'sortings': {
                    'newest': {'label': request.env._("Newest first"), 'order': 'event_id desc, id desc'},
                    'oldest': {'label': request.env._("Oldest first"), 'order': 'event_id, id'},
                },
            },
        }

    def _search_outreach(self, source, filterby='all', sortby=None, limit=None, offset=0):
        """Own records in sudo, and how many there are. The rights decide about the ids, before anything is sudo."""
        Model = request.env[source['model']]
        if not request.env.user.has_group(EMPLOYER_GROUP):
            return Model.sudo(), 0
        own = Domain('id', 'in', Model._search(Domain.TRUE)) & source['filters'][filterby]['domain']
        sorting = source['sortings'].get(sortby) or next(iter(source['sortings'].values()))
        found_sudo = Model.sudo().search(own, order=sorting['order'], limit=limit, offset=offset)
        return found_sudo, Model.sudo().search_count(own)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'outreach_count' in counters:
            sources = self._get_outreach_sources()
            values['outreach_count'] = sum(
                self._search_outreach(sources[key], filterby, limit=1)[1]
                for key, filterby in (('visits', 'coming'), ('demands', 'open'), ('stands', 'coming')))
        return values

    def _find_outreach(self, model, record_id):
        """The user's own record, else what somebody gets who asks for a page that does not exist."""
        self._check_employer()
        record = request.env[model].search([('id', '=', record_id)])
        if not record:
            raise request.not_found()
        return record

    def _check_employer(self):
        if not request.env.user.has_group(EMPLOYER_GROUP):
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
        tz = user.tz or officer_sudo.tz or request.env.company.partner_id.tz or 'UTC'

        def describe_time(start, stop):
            return request.env._(
                "%(day)s, %(start)s to %(stop)s",
                day=format_date(request.env, fields.Datetime.context_timestamp(
                    request.env['res.users'].with_context(tz=tz), start).date(), date_format='full'),
                start=format_datetime(request.env, start, tz=tz, dt_format='HH:mm'),
                stop=format_datetime(request.env, stop, tz=tz, dt_format='HH:mm'))

        def label(record, fname):
            return dict(record._fields[fname]._description_selection(request.env)).get(record[fname], '')

        return {
            **self._prepare_portal_layout_values(),
            'page_name': page_name,
            'title': title,
            'outreach_company': company_sudo,
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
        return request.render('maßarbeit_outreach.portal_my_outreach', self._prepare_outreach_values(
            'outreach', request.env._("Employer portal"),
            coming=coming, coming_count=coming_count, past=past, past_count=past_count,
            demands=demands, demand_count=demand_count, all_demand_count=all_demand_count,
            stands=stands, stand_count=stand_count, all_stand_count=all_stand_count,
        ))

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
        return request.render(f'maßarbeit_outreach.portal_my_{key}', self._prepare_outreach_values(
            f'outreach_{key}', title,
            records=records, pager=pager, default_url=url,
            searchbar_sortings=source['sortings'], sortby=sortby,
            searchbar_filters=source['filters'], filterby=filterby,
        ))

    @http.route(['/my/outreach/visits', '/my/outreach/visits/page/<int:page>'],
                type='http', auth='user', website=True, readonly=True)
    def my_visits(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('visits', request.env._("Visits"), page, sortby, filterby)

    @http.route(['/my/outreach/demands', '/my/outreach/demands/page/<int:page>'],
                type='http', auth='user', website=True, readonly=True)
    def my_demands(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('demands', request.env._("Demands"), page, sortby, filterby)

    @http.route(['/my/outreach/stands', '/my/outreach/stands/page/<int:page>'],
                type='http', auth='user', website=True, readonly=True)
    def my_stands(self, page=1, sortby=None, filterby=None, **kwargs):
        return self._render_outreach_list('stands', request.env._("Stands at job fairs"), page, sortby, filterby)

    @http.route('/my/outreach/visits/<int:visit_id>', type='http', auth='user', website=True, readonly=True)
    def my_visit(self, visit_id, **kwargs):
        visit_sudo = self._find_outreach('outreach.visit', visit_id).sudo()
        return request.render('maßarbeit_outreach.portal_my_visit', self._prepare_outreach_values(
            'outreach_visit', visit_sudo.kind_id.name, visit=visit_sudo))

    @http.route('/my/outreach/demands/<int:demand_id>', type='http', auth='user', website=True, readonly=True)
    def my_demand(self, demand_id, message=None, **kwargs):
        demand_sudo = self._find_outreach('outreach.demand', demand_id).sudo()
        messages = {
            'created': request.env._("Thank you. An officer will check your demand and get in touch with you."),
            'saved': request.env._("Your changes are saved."),
            'withdrawn': request.env._("The demand is withdrawn."),
            'locked': request.env._(
                "The demand has been checked or closed meanwhile. Please tell your officer what should change."),
        }
        return request.render('maßarbeit_outreach.portal_my_demand', self._prepare_outreach_values(
            'outreach_demand', demand_sudo.name,
            demand=demand_sudo,
            fairs=demand_sudo.stand_ids.filtered(
                lambda stand: stand.participation_state != 'cancelled').event_id.sorted('date_begin'),
            can_edit=demand_sudo._is_open_to_employer(),
            message=messages.get(message), message_key=message,
        ))

    # ------------------------------------------------------------
    # DEMAND: ENTER, CORRECT, WITHDRAW
    # ------------------------------------------------------------

    def _render_demand_form(self, inputs, demand=None, errors=None, refused=None, status=200, occupations=None):
        """:param inputs: what the fields show: texts as typed, or the record's values"""
        demand_sudo = demand.sudo() if demand else request.env['outreach.demand'].sudo()
        return request.render('maßarbeit_outreach.portal_demand_form', self._prepare_outreach_values(
            'outreach_demand_form',
            request.env._("Correct the demand") if demand else request.env._("Enter a demand"),
            demand=demand_sudo,
            inputs=inputs,
            errors=errors or {},
            refused=refused,
            occupations=occupations,
            levels=demand_sudo._fields['language_level']._description_selection(request.env),
            limits=demand_sudo.PORTAL_MAX_LENGTH,
            most_positions=demand_sudo.PORTAL_MAX_POSITIONS,
            today=fields.Date.to_string(fields.Date.context_today(request.env.user)),
            submission=inputs.get('submission') or uuid.uuid4().hex,
        ), status=status)

    def _handle_demand_form(self, post, save, demand=None):
        """Save what was sent and go to the demand, or show the form again with what was typed."""
        # one value per input, and texts only: anything else in the form is dropped here
        inputs = {name: value for name, value in post.items() if isinstance(value, str)}
        Demand = request.env['outreach.demand']
        if 'search_occupation' in inputs:
            found = Demand._search_portal_occupations(inputs.get('occupation', ''))
            return self._render_demand_form(inputs, demand, occupations=found)
        try:
            # a savepoint, so that a refusal by the database leaves nothing behind either
            with request.env.cr.savepoint():
                demand_sudo = save(inputs)
        except PortalInputError as error:
            found = Demand._search_portal_occupations(inputs.get('occupation', '')) if 'occupation' in error.errors else None
            return self._render_demand_form(inputs, demand, error.errors, status=422, occupations=found)
        except PortalRefused as error:
            return self._render_demand_form(inputs, demand, refused=str(error), status=403)
        return demand_sudo

    @http.route('/my/outreach/demands/new', type='http', auth='user', website=True, methods=['GET'], readonly=True)
    def demand_new(self, **kwargs):
        self._check_employer()
        Demand = request.env['outreach.demand']
        refused = None
        try:
            Demand._check_portal_company_not_blocked(Demand._get_portal_company().sudo())
        except PortalRefused as error:
            refused = str(error)
        return self._render_demand_form({'positions': '1'}, refused=refused)

    @http.route('/my/outreach/demands/new', type='http', auth='user', website=True, methods=['POST'],
                max_content_length=MAX_FORM_BYTES)
    def demand_create(self, **post):
        self._check_employer()

        def save(inputs):
            return request.env['outreach.demand']._create_from_portal(inputs, submission=inputs.get('submission'))

        try:
            answer = self._handle_demand_form(post, save)
        except psycopg2.errors.UniqueViolation:
            # the same form arrived twice at the same time: the other request has made the demand
            return request.redirect('/my/outreach/demands')
        if isinstance(answer, http.Response):
            return answer
        return request.redirect(f'/my/outreach/demands/{answer.id}?message=created')

    def _redirect_if_locked(self, demand):
        if not demand._is_open_to_employer():
            return request.redirect(f'/my/outreach/demands/{demand.id}?message=locked')
        return None

    @http.route('/my/outreach/demands/<int:demand_id>/edit', type='http', auth='user', website=True, methods=['GET'],
                readonly=True)
    def demand_edit(self, demand_id, **kwargs):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        demand_sudo = demand.sudo()
        return self._render_demand_form({
            'name': demand_sudo.name,
            'positions': str(demand_sudo.positions),
            'start_date': fields.Date.to_string(demand_sudo.start_date) or '',
            'description': demand_sudo.description or '',
            'language_level': demand_sudo.language_level or '',
            'accepted_language_level': demand_sudo.accepted_language_level or '',
            'accepted_note': demand_sudo.accepted_note or '',
            'occupation': demand_sudo.occupation_id.name or '',
        }, demand)

    @http.route('/my/outreach/demands/<int:demand_id>/edit', type='http', auth='user', website=True, methods=['POST'],
                max_content_length=MAX_FORM_BYTES)
    def demand_update(self, demand_id, **post):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        answer = self._handle_demand_form(post, demand._update_from_portal, demand)
        if isinstance(answer, http.Response):
            return answer
        return request.redirect(f'/my/outreach/demands/{demand.id}?message=saved')

    @http.route('/my/outreach/demands/<int:demand_id>/withdraw', type='http', auth='user', website=True,
                methods=['GET'], readonly=True)
    def demand_withdraw_ask(self, demand_id, **kwargs):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        return request.render('maßarbeit_outreach.portal_demand_withdraw', self._prepare_outreach_values(
            'outreach_demand_withdraw', request.env._("Withdraw the demand"), demand=demand.sudo()))

    @http.route('/my/outreach/demands/<int:demand_id>/withdraw', type='http', auth='user', website=True,
                methods=['POST'], max_content_length=MAX_FORM_BYTES)
    def demand_withdraw(self, demand_id, **post):
        demand = self._find_outreach('outreach.demand', demand_id)
        if locked := self._redirect_if_locked(demand):
            return locked
        demand._withdraw_from_portal()
        return request.redirect(f'/my/outreach/demands/{demand.id}?message=withdrawn')
