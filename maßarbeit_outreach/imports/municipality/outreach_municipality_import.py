from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ...models.base.groups import MANAGER
from ...tools.company import municipality_list
from ...tools.company.municipality_changes import CHANGED, GONE, NEW, UNCHANGED, Known, compare, shared_names, shared_postcodes
from ...tools.files.company_file import FileProblem
from ..import_file import decode_upload
from ..outreach_import_turn import take_turn
from ..record_matcher import RecordMatcher
from .outreach_municipality_import_text import problem_text


class MunicipalityMatcher(RecordMatcher):
    """How a municipality differs from what the list says; which one it is, `tools/company/municipality_changes.py` finds out."""

    model, key = 'outreach.municipality', 'ags'


class OutreachMunicipalityImport(models.TransientModel):
    """Import of the municipalities of a county out of the official list.

    SPECIFICATION
     * The file is read once (`tools/company/municipality_list.py`); of its counties one is chosen.
     * The preview says what is new, changed or gone (`tools/company/municipality_changes.py`). Nothing is written until somebody starts
       the import, and then all of it in one transaction; if the municipalities changed since the preview, the new preview is
       shown instead.
     * What is gone is archived, with the successor that a person chose, and keeps all that is linked to it; unless
       somebody keeps it. Other counties stay as they are, but those that are no longer in their state's list.
     * What the list does not say stays: coordinates of the edition without any, postcodes besides that of the town hall. A table
       of postcodes replaces those of the municipalities that it names.
     * Companies without a municipality are looked at again. Pools by an association that got another name follow it.
    """

    _name = 'outreach.municipality.import'
    _description = "Import of Municipalities"
    _transient_max_hours = 24

    file = fields.Binary("Official List", attachment=False)
    file_name = fields.Char()
    postcode_file = fields.Binary("Table of Postcodes", attachment=False, help="Optional: AGS and postcode, a row for each pair")
    postcode_file_name = fields.Char()
    state = fields.Selection(
        [('draft', "File"), ('county', "County"), ('preview', "Preview"), ('done', "Imported")],
        default='draft',
        required=True,
        readonly=True,
    )
    # the places of the list; the postcodes of the table, by AGS, and those that leave the county
    content = fields.Json(readonly=True, prefetch=False, export_string_translation=False)
    postcodes = fields.Json(readonly=True, prefetch=False, export_string_translation=False)
    read_as = fields.Char(readonly=True)
    as_of = fields.Date("Territorial Status", readonly=True)
    problem = fields.Text(readonly=True)
    remarks = fields.Text(readonly=True)
    county_ids = fields.One2many('outreach.municipality.import.county', 'import_id', "Counties", readonly=True)
    county_id = fields.Many2one('outreach.municipality.import.county', domain="[('import_id', '=', id)]", ondelete='set null')
    line_ids = fields.One2many('outreach.municipality.import.line', 'import_id', "Municipalities")
    gone_line_ids = fields.One2many(
        'outreach.municipality.import.line', 'import_id', "No Longer in the List", domain=[('change', '=', GONE)]
    )
    listed_line_ids = fields.One2many(
        'outreach.municipality.import.line', 'import_id', "In the List", domain=[('change', '!=', GONE)], readonly=True
    )
    new_count = fields.Integer("New", compute='_compute_counts')
    changed_count = fields.Integer("Changed", compute='_compute_counts')
    unchanged_count = fields.Integer("Unchanged", compute='_compute_counts')
    gone_count = fields.Integer("Gone", compute='_compute_counts')
    placed_count = fields.Integer("Companies Placed", readonly=True)
    to_assign_count = fields.Integer("Companies to Assign by Hand", readonly=True)

    @api.depends('file_name')
    def _compute_display_name(self):
        for job in self:
            job.display_name = job.file_name or self.env._("New Import")

    @api.depends('line_ids.change')
    def _compute_counts(self):
        for job in self:
            for change in (NEW, CHANGED, UNCHANGED, GONE):
                job[f'{change}_count'] = len(job.line_ids.filtered(lambda line, change=change: line.change == change))

    def write(self, vals):
        """Another file means another list, another county or table another preview."""
        if 'file' in vals:
            vals = {
                **vals,
                'state': 'draft',
                'county_id': False,
                'content': False,
                'problem': False,
                'remarks': False,
                'county_ids': [Command.clear()],
                'line_ids': [Command.clear()],
            }
        return super().write(vals)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_read(self):
        """Read the file and list its counties. A file that cannot be used is no exception for the user: `problem` says why."""
        self.ensure_one()
        self._check_may_import()
        try:
            found = municipality_list.read_list(decode_upload(self.file), self.file_name or '')
        except FileProblem as problem:
            self.write({'state': 'draft', 'problem': problem_text(self.env, problem)})
            return True
        sizes = defaultdict(int)
        for place in found.places:
            sizes[place.ags[:5]] += 1
        self.write(
            {
                'state': 'county',
                'problem': False,
                'read_as': found.read_as,
                'as_of': found.as_of,
                'content': found.places,
                'county_ids': [Command.clear()]
                + [
                    Command.create({'key': county.key, 'name': county.name, 'kind': county.kind, 'size': sizes[county.key]})
                    for county in found.counties.values()
                    if sizes[county.key]
                ],
            }
        )
        known = {ags[:5] for ags in self.env['outreach.municipality'].sudo().search([]).mapped('ags')}
        likely = self.county_ids.filtered(lambda county: county.key in known) or self.county_ids
        self.county_id = likely if len(likely) == 1 else False
        return True

    def action_preview(self):
        """Tell what the import would change."""
        self.ensure_one()
        self._check_may_import()
        if not self.content:
            raise UserError(self.env._("Choose the file first."))
        if not self.county_id:
            raise UserError(self.env._("Choose the county first."))
        table = {}
        if self.postcode_file:
            try:
                table = municipality_list.read_postcodes(decode_upload(self.postcode_file), self.postcode_file_name or '')
            except FileProblem as problem:
                self.write({'state': 'county', 'problem': problem_text(self.env, problem)})
                return True
        key = self.county_id.key
        self.postcodes = {
            'table': {ags: sorted(found) for ags, found in table.items() if ags[:5] == key},
            'names': sorted(shared_names(self._get_places())),
            'shared': sorted(shared_postcodes(self._get_places(), key, table)),
        }
        self.write(
            {
                'state': 'preview',
                'problem': False,
                'line_ids': [Command.clear()] + [Command.create(values) for values in self._prepare_lines()],
            }
        )
        self._set_suggested_successors()
        self.remarks = '\n'.join(self._get_remarks())
        return True

    def action_back(self):
        """Choose the county or the table of postcodes again."""
        self.write({'state': 'county', 'line_ids': [Command.clear()]})
        return True

    def action_import(self):
        """Write what the preview shows, all of it or nothing."""
        self.ensure_one()
        self._check_may_import()
        if self.state != 'preview':
            raise UserError(self.env._("Open the preview first: it shows what the import would do."))
        if not take_turn(self.env):
            raise UserError(self.env._("Another import is running. Try again in a moment."))
        planned = self._prepare_lines()
        if [line._get_signature() for line in self.line_ids] != [self._get_signature(values) for values in planned]:
            self.action_preview()
            self.problem = self.env._("The municipalities have changed in the meantime. Please check the new preview.")
            return True
        self._apply()
        return True

    def action_view_municipalities(self):
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_municipality_action')

    def action_view_to_assign(self):
        return self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action_to_assign')

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _check_may_import(self):
        if not (self.env.user.has_group(MANAGER) or self.env.is_system()):
            raise AccessError(self.env._("Only managers and administrators import municipalities."))

    def _get_places(self):
        return [municipality_list.Place(*values) for values in self.content or ()]

    def _get_known(self):
        """What the list is compared with: all of the county, and of counties that their state no longer has.

        The last state of a list tells nothing of the latter, unless the list is whole: it may have been cut off."""
        listed = set(self.county_ids.mapped('key'))
        states = {key[:2] for key in listed}
        if len(states) < municipality_list.STATES:
            states.discard(max(states))
        return (
            self.env['outreach.municipality']
            .sudo()
            .with_context(active_test=False)
            .search([])
            .filtered(lambda place: place.ags[:5] == self.county_id.key or (place.ags[:2] in states and place.ags[:5] not in listed))
        )

    def _prepare_values(self, place, known):
        """A place of the list as values of the municipality `known`, which may be empty."""
        values = {
            'name': place.name,
            'official_name': place.official_name,
            'kind': place.kind,
            'ags': place.ags,
            'ars': place.ars,
            'county': place.county,
            'association': place.association or False,
            'association_kind': place.association_kind or False,
        }
        if place.population is not None:
            values['population'] = place.population
        if place.latitude is not None:
            values.update(latitude=place.latitude, longitude=place.longitude)
        if place.name in self.postcodes.get('names', ()):  # of a part of the list nobody can tell that a name is there once only
            values['is_name_shared'] = True
        found, shared = self.postcodes['table'].get(place.ags), set(self.postcodes['shared'])
        if not found:
            found = (known.postcodes or '').split()
            shared.update((known.shared_postcodes or '').split())
        found = {*found, place.postcode} - {''}
        values['postcodes'] = ' '.join(sorted(found)) or False
        values['shared_postcodes'] = ' '.join(sorted(found & shared)) or False
        return values

    def _get_changes(self, place, known):
        """What the list changes of a municipality, as texts."""
        matcher = MunicipalityMatcher(self.env)
        values = self._prepare_values(place, known)
        return matcher.describe(matcher.get_difference(values, known), matcher.get_current(known, values)).splitlines()

    def _prepare_lines(self):
        """The preview as values of lines, in a fixed order."""
        places = [place for place in self._get_places() if place.ags[:5] == self.county_id.key]
        known = {place.id: place for place in self._get_known()}
        empty = self.env['outreach.municipality']
        changes = compare(
            (Known(place.id, place.ags, place.name, frozenset((place.postcodes or '').split()), place.active) for place in known.values()),
            places,
            lambda key, place: not self._get_changes(place, known[key]),
        )
        order = (GONE, NEW, CHANGED, UNCHANGED)
        lines = []
        for change in sorted(changes, key=lambda change: order.index(change.kind)):
            place, municipality = change.place, known.get(change.key, empty)
            values = self._prepare_values(place, municipality) if place else {}
            lines.append(
                {
                    'change': change.kind,
                    'municipality_id': municipality.id,
                    'ags': place.ags if place else municipality.ags,
                    'name': place.name if place else municipality.name,
                    'association': place.association if place else municipality.association,
                    'postcodes': values.get('postcodes') if place else municipality.postcodes,
                    'has_coordinates': bool(values.get('latitude') or municipality.latitude),
                    'has_more': bool(place and place.has_more and place.ags not in self.postcodes['table']),
                    'changes': '; '.join(self._get_changes(place, municipality)) if change.kind == CHANGED else False,
                    'suggestion': change.successor or False,
                }
            )
        return lines

    def _get_signature(self, values):
        return tuple(values[name] or False for name in ('change', 'municipality_id', 'ags', 'changes'))

    def _set_suggested_successors(self):
        by_ags = {line.ags: line for line in self.line_ids if line.change != GONE}
        for line in self.line_ids.filtered('suggestion'):
            line.successor_line_id = by_ags.get(line.suggestion)

    def _get_remarks(self):
        """What a person should know before the import, one line each."""
        lines, texts = self.line_ids, []
        listed = lines.filtered(lambda line: line.change != GONE)
        newest = max(filter(None, listed.municipality_id.mapped('as_of')), default=None)
        if newest and self.as_of and self.as_of < newest:
            texts.append(
                self.env._(
                    "The list is dated %(date)s, but the municipalities come from a newer one, dated %(newest)s.",
                    date=format_date(self.env, self.as_of),
                    newest=format_date(self.env, newest),
                )
            )
        states = len({key[:2] for key in self.county_ids.mapped('key')})
        if states < municipality_list.STATES:
            texts.append(
                self.env._(
                    "The list covers %(count)s of %(all)s states. Unless you shortened it yourself, download it again.",
                    count=states,
                    all=municipality_list.STATES,
                )
            )
        if count := len(listed.filtered(lambda line: not line.has_coordinates)):
            texts.append(
                self.env._(
                    "Without coordinates: %(count)s. They are in lists and tables, but not on the map. The spreadsheet edition of the list"
                    " has the coordinates.",
                    count=count,
                )
            )
        if count := len(listed.filtered('has_more')):
            texts.append(
                self.env._(
                    "With more postcodes than the list gives: %(count)s. Go back and add a table of postcodes, or enter them by hand; the"
                    " next import keeps them.",
                    count=count,
                )
            )
        if archived := listed.municipality_id.filtered(lambda place: not place.active):
            texts.append(self.env._("Archived, and left so: %(names)s.", names=', '.join(archived.mapped('name'))))
        if lost := self._get_associations()[1]:
            texts += self.env['outreach.municipality']._get_lost_association_texts(lost)
        return texts

    def _get_associations(self):
        """Associations that got another name, as `{old: new}`, and those that are gone for good."""
        places = {place.ags: place for place in self._get_places()}
        heirs = defaultdict(set)
        for line in self.line_ids.filtered('municipality_id.association'):
            if line.change != GONE:
                heirs[line.municipality_id.association].add(places[line.ags].association)
            elif line.is_kept:
                heirs[line.municipality_id.association].add(line.municipality_id.association)
            else:
                heirs[line.municipality_id.association] |= set()
        stay = set(
            filter(None, (self.env['outreach.municipality'].sudo().search([]) - self.line_ids.municipality_id).mapped('association'))
        ) | {name for names in heirs.values() for name in names}
        gone = {name: names - {''} for name, names in heirs.items() if name not in stay}
        renamed = {name: next(iter(names)) for name, names in gone.items() if len(names) == 1}
        return renamed, gone.keys() - renamed.keys()

    def _apply(self):
        """Write what the lines say, with what the person decided on them."""
        Municipality = self.env['outreach.municipality'].sudo()
        renamed = self._get_associations()[0]
        places = {place.ags: place for place in self._get_places()}
        imported = {}
        gone = self.line_ids.filtered(lambda line: line.change == GONE and not line.is_kept)
        gone.municipality_id.sudo().active = False
        for line in self.line_ids.filtered(lambda line: line.change != GONE):
            place, municipality = places[line.ags], line.municipality_id.sudo()
            values = {**self._prepare_values(place, municipality), 'as_of': self.as_of}
            if municipality:
                municipality.write(values)
            else:
                municipality = Municipality.create(values)
            imported[line.id] = municipality
        for line in gone.filtered('successor_line_id'):
            line.municipality_id.sudo().successor_id = imported[line.successor_line_id.id]
        Municipality._follow_renamed_associations(renamed)
        self.state = 'done'
        self.placed_count, self.to_assign_count = Municipality._place_companies()


class OutreachMunicipalityImportCounty(models.TransientModel):
    """A county of the list that was read."""

    _name = 'outreach.municipality.import.county'
    _description = "County of a List of Municipalities"
    _order = 'key'
    _rec_names_search = ['name', 'key']
    _transient_max_hours = 24

    import_id = fields.Many2one('outreach.municipality.import', required=True, index=True, ondelete='cascade')
    key = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(readonly=True)
    size = fields.Integer("Municipalities", readonly=True)

    @api.depends('key', 'name', 'kind')
    def _compute_display_name(self):
        for county in self:
            name = f'{county.name} ({county.kind})' if county.kind else county.name
            county.display_name = f'{county.key} {name}'


class OutreachMunicipalityImportLine(models.TransientModel):
    """What the import does to one municipality; of what is gone, a person decides."""

    _name = 'outreach.municipality.import.line'
    _description = "Municipality of an Import"
    _order = 'id'
    _rec_names_search = ['name', 'ags']
    _transient_max_hours = 24

    import_id = fields.Many2one('outreach.municipality.import', required=True, index=True, ondelete='cascade')
    change = fields.Selection(
        [(NEW, "New"), (CHANGED, "Changed"), (UNCHANGED, "Unchanged"), (GONE, "Gone")], "Comparison", readonly=True, required=True
    )
    municipality_id = fields.Many2one('outreach.municipality', readonly=True, ondelete='cascade')
    ags = fields.Char("AGS", readonly=True)
    name = fields.Char(readonly=True)
    association = fields.Char(readonly=True)
    postcodes = fields.Char(readonly=True)
    has_coordinates = fields.Boolean("On the Map", readonly=True)
    has_more = fields.Boolean(readonly=True, export_string_translation=False)
    changes = fields.Text(readonly=True)
    suggestion = fields.Char(readonly=True, export_string_translation=False)
    company_count = fields.Integer("Companies", related='municipality_id.company_count')
    successor_line_id = fields.Many2one(
        'outreach.municipality.import.line',
        "Now Part Of",
        ondelete='set null',
        domain="[('import_id', '=', import_id), ('change', '!=', 'gone')]",
    )
    is_kept = fields.Boolean("Keep", help="Do not archive it, although it is no longer in the list")

    @api.depends('name', 'ags')
    def _compute_display_name(self):
        for line in self:
            line.display_name = f'{line.name} ({line.ags})'

    @api.constrains('successor_line_id')
    def _check_successor(self):
        for line in self.filtered('successor_line_id'):
            if line.successor_line_id.import_id != line.import_id or line.successor_line_id.change == GONE:
                raise ValidationError(self.env._("Choose a municipality of the list as the successor."))

    def _get_signature(self):
        return tuple(value or False for value in (self.change, self.municipality_id.id, self.ags, self.changes))
