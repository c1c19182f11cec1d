CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, body text NOT NULL);
INSERT INTO notes (body) SELECT 'migrated' WHERE NOT EXISTS (SELECT 1 FROM notes);
