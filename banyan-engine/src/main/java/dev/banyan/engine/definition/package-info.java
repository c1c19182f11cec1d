/**
 * Kinds that users define: registered with a running engine, and from then on served like Banyan's own.
 *
 * <p>{@link dev.banyan.engine.definition.Registration} takes a definition in: it is checked whole, and becomes one object of kind {@code
 * kinddefinitions}. A later registration under the name may only widen what was good, so that stored objects never become invalid.
 * {@link dev.banyan.engine.definition.DefinedKinds} finds definitions for the front door, which asks each {@link
 * dev.banyan.engine.definition.DefinedKind} who may do what and what is wrong with a content. Removal is a mark on the definition, from which
 * {@link dev.banyan.engine.definition.DefinitionReconciler} goes on, at whatever engine, after whatever crash.
 *
 * <p><b>Guarantees.</b> A create of a registered kind lands only under the very definition that judged it (a condition of its commit), so no
 * object outlives its definition. What is not granted is denied. <b>Not here.</b> Transport, and roles that do not come from a definition.
 */
@NullMarked
package dev.banyan.engine.definition;

import org.jspecify.annotations.NullMarked;
