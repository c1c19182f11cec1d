/**
 * What the objects of a registered kind may look like: the part of JSON Schema (draft 2020-12) that can be checked and compared.
 *
 * <p>{@link dev.banyan.engine.definition.schema.SchemaReader} reads a schema and refuses every keyword that it does not know, so that
 * nothing is promised and not kept: what it accepts means the same to any other validator. {@link
 * dev.banyan.engine.definition.schema.SchemaCheck} says what is wrong with a value, by path, and {@link
 * dev.banyan.engine.definition.schema.Compatibility} whether every value of one schema is one of another, by path where not.
 *
 * <p><b>Guarantees.</b> Pure. Texts, nesting, schemas and patterns are bounded, and patterns are matched in linear time (RE2): a schema comes
 * from a stranger and runs in the engine. JSON is read strictly: a key that comes twice or text behind the value is refused. <b>Not here.</b>
 * References, combinations (allOf, anyOf, ...), conditions, defaults and formats: see {@code docs/kinds.md}.
 */
@NullMarked
package dev.banyan.engine.definition.schema;

import org.jspecify.annotations.NullMarked;
