"""`among`: what `in` does, for many values: they travel as one array.

With `in`, Django writes a placeholder for each value and prepares each by itself: for the keys of a batch of
messages that costs more than the query. Registered for all fields by common/database.py.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


@models.ForeignObject.register_lookup  # which does not take over what its parent Field knows
@models.Field.register_lookup
class Among(models.Lookup):
    """`field__among=values`: whether the column has one of them. No values, no rows."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """See Lookup."""
        column, parameters = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        values = [field.get_db_prep_value(value, connection) for value in self.rhs]
        return f"{column} = ANY(%s::{field.rel_db_type(connection)}[])", [*parameters, values]
