-- Postgres only. The policies of the table say which rows.

GRANT DELETE ON teams TO rf_app;
