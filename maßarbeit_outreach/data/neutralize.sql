-- A copy of the database asks no other server, and answers none.
DELETE FROM ir_config_parameter WHERE key = 'outreach.health_token';
UPDATE ir_config_parameter SET value = 'False' WHERE key = 'outreach.esco_enabled';
