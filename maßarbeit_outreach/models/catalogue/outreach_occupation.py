from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.catalogue import regulated
from ...tools.search.german_synonyms import FAMILY_NUMBERS
from ...tools.search.german_words import stem
from .outreach_catalogue import find_or_create

# KldB 2010: the number of digits of a code is its level in the hierarchy.
KLDB_LEVELS = {1: 'kldb_area_id', 2: 'kldb_main_group_id', 3: 'kldb_group_id', 4: 'kldb_subgroup_id', 5: 'kldb_id'}

# Who says whom they look for says "helper" where they mean one.
HELPER_LEVEL, HELPER_FACTOR = '1', 0.85
HELP = frozenset(FAMILY_NUMBERS[stem('helfer')])


class OutreachOccupation(models.Model):
    """Occupations of two classifications in one hierarchy, so that a demand counts under its KldB group whichever
    was chosen:

    * KldB 2010 (Klassifikation der Berufe), one to five digits; the fifth digit is the requirement level.
    * ESCO, below the five-digit KldB occupation that the mapping of the Federal Employment Agency gives; these
      carry the skills. Their other hierarchy, ISCO-08, is in `isco_id` and `broader_id`.
    """

    _name = 'outreach.occupation'
    _inherit = ['outreach.kept.mixin', 'outreach.search.mixin', 'outreach.catalogue.mixin']
    _description = "Occupation"

    scheme = fields.Selection([('kldb', "KldB 2010"), ('esco', "ESCO")], "Classification", required=True, default='kldb')
    code = fields.Char(required=True, help="KldB 2010: 1 to 5 digits; ESCO: the ISCO code and a number, e.g. 7212.3")
    uri = fields.Char("URI", help="Identifies the concept in ESCO, in every version and language")
    description = fields.Text(translate=True)
    is_regulated = fields.Boolean("Regulated Profession", help="Employees need a licence or the recognition of a foreign qualification")
    regulation_source = fields.Char("Regulated By", help="e.g. “PflBG § 1”")
    # said by a person: neither the starter set nor an import says otherwise
    is_regulation_decided = fields.Boolean(copy=False, export_string_translation=False)
    proof_ids = fields.Many2many(
        'outreach.proof', 'outreach_occupation_proof_rel', 'occupation_id', 'proof_id', "Proofs Before the First Day"
    )
    parent_id = fields.Many2one('outreach.occupation', ondelete='restrict', index='btree_not_null', domain="[('scheme', '=', 'kldb')]")
    child_ids = fields.One2many('outreach.occupation', 'parent_id')
    broader_id = fields.Many2one(
        'outreach.occupation', "Broader Occupation (ESCO)", ondelete='set null', index='btree_not_null', domain="[('scheme', '=', 'esco')]"
    )
    isco_id = fields.Many2one('outreach.isco.group', "ISCO Unit Group", ondelete='restrict', index='btree_not_null')
    isco_main_id = fields.Many2one(related='isco_id.main_id', string="ISCO Major Group")
    requirement_level = fields.Selection(
        [('1', "Helper"), ('2', "Skilled worker"), ('3', "Specialist"), ('4', "Expert")],
        compute='_compute_requirement_level',
        store=True,
        recursive=True,
        help="From the fifth digit of the KldB code",
    )
    kldb_area_id = fields.Many2one(
        'outreach.occupation',
        "Occupational Area",
        compute='_compute_kldb_levels',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="KldB, one digit",
    )
    kldb_main_group_id = fields.Many2one(
        'outreach.occupation',
        "Occupational Main Group",
        compute='_compute_kldb_levels',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="KldB, two digits",
    )
    kldb_group_id = fields.Many2one(
        'outreach.occupation',
        "Occupational Group",
        compute='_compute_kldb_levels',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="KldB, three digits",
    )
    kldb_subgroup_id = fields.Many2one(
        'outreach.occupation',
        "Occupational Subgroup",
        compute='_compute_kldb_levels',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="KldB, four digits",
    )
    kldb_id = fields.Many2one(
        'outreach.occupation',
        "KldB Occupation",
        compute='_compute_kldb_levels',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="KldB, five digits",
    )
    label_ids = fields.One2many('outreach.label', 'occupation_id', "Further Labels")
    skill_ids = fields.One2many('outreach.occupation.skill', 'occupation_id', "Skills")
    mapping_ids = fields.One2many('outreach.occupation.mapping', 'esco_id', "KldB Mapping")
    level = fields.Selection(
        [('1', "Area"), ('2', "Main group"), ('3', "Group"), ('4', "Subgroup"), ('5', "Occupation"), ('esco', "ESCO occupation")],
        compute='_compute_level',
    )
    label_text = fields.Char("Also Called", compute='_compute_label_text')
    skill_count = fields.Integer(compute='_compute_skill_count')

    _code_uniq = models.UniqueIndex('(scheme, code)', "There is an occupation with this code in this classification already.")
    _uri_uniq = models.UniqueIndex('(uri) WHERE uri IS NOT NULL', "There is an occupation with this URI already.")
    _code_check = models.Constraint("CHECK(scheme != 'kldb' OR code ~ '^[0-9]{1,5}$')", "A KldB code has 1 to 5 digits.")
    _uri_check = models.Constraint("CHECK(scheme != 'esco' OR uri IS NOT NULL)", "An ESCO occupation needs its URI.")

    @api.depends('name', 'code', 'scheme')
    def _compute_display_name(self):
        for occupation in self:
            occupation.display_name = occupation.name if occupation.scheme == 'esco' else f"{occupation.code} {occupation.name}"

    @api.depends('code', 'scheme', 'parent_id.requirement_level')
    def _compute_requirement_level(self):
        levels = dict(self._fields['requirement_level'].selection)
        for occupation in self:
            if occupation.scheme == 'kldb':
                digit = (occupation.code or '')[4:5]
                occupation.requirement_level = digit if digit in levels else False
            else:
                occupation.requirement_level = occupation.parent_id.requirement_level

    @api.depends('code', 'scheme', *(f'parent_id.{fname}' for fname in KLDB_LEVELS.values()))
    def _compute_kldb_levels(self):
        for occupation in self:
            own = KLDB_LEVELS.get(len(occupation.code or '')) if occupation.scheme == 'kldb' else None
            for fname in KLDB_LEVELS.values():
                occupation[fname] = occupation if fname == own else occupation.parent_id[fname]

    @api.depends('scheme', 'code')
    def _compute_level(self):
        levels = dict(self._fields['level'].selection)
        for occupation in self:
            level = str(len(occupation.code or ''))
            occupation.level = 'esco' if occupation.scheme == 'esco' else level if level in levels else False

    @api.depends('label_ids.name', 'label_ids.kind')
    def _compute_label_text(self):
        for occupation in self:
            occupation.label_text = occupation.label_ids._get_shown_text()

    @api.depends('skill_ids')
    def _compute_skill_count(self):
        counts = dict(
            self.env['outreach.occupation.skill']._read_group([('occupation_id', 'in', self.ids)], ['occupation_id'], ['__count'])
        )
        for occupation in self:
            occupation.skill_count = counts.get(occupation._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._decide_regulation(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._decide_regulation(vals))

    @api.model
    def _decide_regulation(self, vals):
        """Whoever says whether an occupation is regulated has said it; imports say so themselves, and that they did not."""
        return {'is_regulation_decided': True, **vals} if 'is_regulated' in vals else vals

    @api.model
    def _settle_regulation(self):
        """Mark the KldB occupations that the starter set knows as regulated, or that an ESCO occupation below them is.

        What somebody decided stays.
        """
        open_ones = self.with_context(active_test=False).search(
            [('scheme', '=', 'kldb'), ('code', '=like', '_____'), ('is_regulation_decided', '=', False)]
        )
        below = dict(
            self.with_context(active_test=False)._read_group(
                [('scheme', '=', 'esco'), ('is_regulated', '=', True), ('parent_id', 'in', open_ones.ids)], ['parent_id'], ['id:recordset']
            )
        )
        found = defaultdict(self.browse)
        for occupation in open_ones:
            source = regulated.source_of(occupation.code)
            if not source and occupation in below and regulated.is_handed_over(occupation.code):
                source = 'ESCO: ' + ', '.join(below[occupation].sorted('id')[:3].mapped('name'))
            if source != (occupation.regulation_source or '') or bool(source) != occupation.is_regulated:
                found[source] += occupation
        for source, occupations in found.items():
            occupations.write({'is_regulated': bool(source), 'regulation_source': source, 'is_regulation_decided': False})

    def _is_regulated(self):
        """Whether employees need recognition: of an ESCO occupation what its KldB occupation says, unless somebody decided."""
        self.ensure_one()
        return (self if self.is_regulation_decided or not self.kldb_id else self.kldb_id).is_regulated

    def _get_proofs(self):
        return (self | self.kldb_id).proof_ids

    @api.onchange('code', 'scheme')
    def _onchange_code(self):
        """Propose the occupation with the longest code that this one begins with."""
        if self.scheme == 'kldb' and self.code:
            self.parent_id = self.search(
                [('scheme', '=', 'kldb'), ('code', 'in', [self.code[:length] for length in range(1, len(self.code))])],
                order='code desc',
                limit=1,
            )

    @api.model
    def _get_everyday_targets(self, targets, domain=None):
        codes = {target for target in targets if target.isdigit()}
        meant, above = super()._get_everyday_targets(targets - codes, domain) if targets - codes else ({}, {})
        beginnings = {code[:length] for code in codes for length in range(2, len(code) + 1)}
        there = self.search_fetch(
            Domain(domain or Domain.TRUE) & Domain('scheme', '=', 'kldb') & Domain('code', 'in', list(beginnings)), ['code']
        )
        ids = {occupation.code: occupation.id for occupation in there}
        for code in codes:
            if code in ids:
                meant[code] = ids[code]
            elif higher := next((ids[code[:length]] for length in range(len(code), 1, -1) if code[:length] in ids), None):
                above[code] = higher
        return meant, above

    @api.model
    def _get_search_column(self):
        return SQL(
            "(SELECT requirement_level FROM outreach_occupation WHERE id = entry.res_id)", to_flush=self._fields['requirement_level']
        )

    @api.model
    def _get_search_factor(self, known, units):
        """Who says "gardener" does not mean a helper in a nursery."""
        means_helper = any(HELP.intersection(FAMILY_NUMBERS.get(unit, ())) for unit in units)
        return HELPER_FACTOR if known == HELPER_LEVEL and not means_helper else 1.0

    def _prepare_search_result(self):
        return {**super()._prepare_search_result(), 'code': self.code, 'scheme': self.scheme, 'requirement_level': self.requirement_level}

    def _describe_search_result(self):
        level = dict(self._fields['requirement_level']._description_selection(self.env)).get(self.requirement_level)
        code = (self.kldb_id.code or self.code) if self.scheme == 'esco' else self.code
        return [detail for detail in (code, level) if detail]


class OutreachProof(models.Model):
    """What an employee has to show before the first day. It takes time and never makes anybody unfit."""

    _name = 'outreach.proof'
    _inherit = ['outreach.kept.mixin']
    _description = "Proof"
    _order = 'sequence, name'
    _rec_names_search = ['name', 'law']

    name = fields.Char(required=True, translate=True)
    law = fields.Char("Legal Basis", help="e.g. “§ 43 IfSG”")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    occupation_ids = fields.Many2many(
        'outreach.occupation',
        'outreach_occupation_proof_rel',
        'proof_id',
        'occupation_id',
        "Asked For In",
        domain="[('scheme', '=', 'kldb')]",
    )


class OutreachOccupationSkill(models.Model):
    """A skill that ESCO names for an occupation."""

    _name = 'outreach.occupation.skill'
    _description = "Skill of an Occupation"
    _order = 'occupation_id, need, id'
    _rec_name = 'skill_id'
    _log_access = False

    occupation_id = fields.Many2one('outreach.occupation', required=True, ondelete='cascade')
    skill_id = fields.Many2one('outreach.skill', required=True, index=True, ondelete='cascade')
    need = fields.Selection([('essential', "Essential"), ('optional', "Optional")], required=True, default='essential')

    _occupation_skill_uniq = models.UniqueIndex('(occupation_id, skill_id)', "This skill is listed for the occupation already.")

    @api.model
    def _load_records_create(self, vals_list):
        # OVERRIDE: a shipped skill that somebody removed comes back with an update, unless it is there again already
        return find_or_create(self, ('occupation_id', 'skill_id'), vals_list, super()._load_records_create)


class OutreachOccupationMapping(models.Model):
    """Which KldB occupation an ESCO occupation belongs to (Federal Employment Agency); many to many.

    The strongest one is the ESCO occupation's `parent_id`.
    """

    _name = 'outreach.occupation.mapping'
    _description = "Mapping of ESCO to KldB"
    _order = 'esco_id, relation, kldb_id'
    _rec_name = 'kldb_id'
    _log_access = False

    esco_id = fields.Many2one('outreach.occupation', "ESCO", required=True, ondelete='cascade', domain="[('scheme', '=', 'esco')]")
    kldb_id = fields.Many2one(
        'outreach.occupation', "KldB", required=True, index=True, ondelete='cascade', domain="[('scheme', '=', 'kldb')]"
    )
    relation = fields.Selection(
        [  # SKOS
            ('1_exact', "Exact match"),
            ('2_close', "Close match"),
            ('3_narrow', "Narrow match"),
            ('4_broad', "Broad match"),
        ],
        required=True,
    )

    _pair_uniq = models.UniqueIndex('(esco_id, kldb_id)', "This pair is listed already.")


class OutreachIscoGroup(models.Model):
    """International Standard Classification of Occupations (ISCO-08), as ESCO ships it."""

    _name = 'outreach.isco.group'
    _inherit = ['outreach.catalogue.mixin']
    _description = "ISCO Group"

    code = fields.Char(required=True)
    uri = fields.Char("URI")
    description = fields.Text(translate=True)
    parent_id = fields.Many2one('outreach.isco.group', ondelete='restrict', index='btree_not_null')
    child_ids = fields.One2many('outreach.isco.group', 'parent_id')
    main_id = fields.Many2one(
        'outreach.isco.group',
        "Major Group",
        compute='_compute_main_id',
        store=True,
        recursive=True,
        index='btree_not_null',
        help="The single digit at the top of the hierarchy",
    )
    occupation_ids = fields.One2many('outreach.occupation', 'isco_id', "Occupations")
    occupation_count = fields.Integer(compute='_compute_occupation_count', help="With those of all groups below it")

    _code_uniq = models.UniqueIndex('(code)', "There is an ISCO group with this code already.")

    @api.depends('parent_id.main_id')
    def _compute_main_id(self):
        for group in self:
            group.main_id = group.parent_id.main_id or group

    @api.depends('occupation_ids')
    def _compute_occupation_count(self):
        counts = self._sum_up(self.env['outreach.occupation']._read_group([('isco_id', '!=', False)], ['isco_id'], ['__count']))
        for group in self:
            group.occupation_count = counts[group._origin.id]

    def action_open_occupations(self):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_occupation_action')
        return action | {'domain': [('isco_id', 'child_of', self.ids)], 'context': {}}
