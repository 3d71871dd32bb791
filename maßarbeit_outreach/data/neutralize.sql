-- A copy of the database asks no other server.
UPDATE ir_config_parameter SET value = 'False' WHERE key = 'outreach.esco_enabled';
