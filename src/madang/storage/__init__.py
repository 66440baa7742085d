"""Where things are kept: the database, migrations, blobs, the search index, durable jobs, backups."""
