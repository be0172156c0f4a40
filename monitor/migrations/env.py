"""What alembic runs: the steps, on the connection and in the transaction that `migrate` was given."""

from alembic import context

from monitor.tables import Row

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Row.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
