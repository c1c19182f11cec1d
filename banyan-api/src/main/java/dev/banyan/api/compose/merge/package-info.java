/**
 * Several trees become one.
 *
 * <p>{@link dev.banyan.api.compose.merge.Merging} joins the tree of a file with the tree of a later one, along the table of keys:
 * mappings key by key, lists one after the other with an item in place of an earlier one that is the same, single values and commands
 * replaced. {@code !reset} takes away what came before, {@code !override} stands in its place.
 *
 * <p><b>Guarantees.</b> Of three trees it does not matter which two are joined first, but for {@code logging}, which depends on its
 * driver: marks are kept until {@link dev.banyan.api.compose.merge.Merging#settled}. <b>Caveats.</b> Both trees must have been shaped.
 */
@NullMarked
package dev.banyan.api.compose.merge;

import org.jspecify.annotations.NullMarked;
