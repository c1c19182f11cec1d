/**
 * Checks the whole source tree against the house rules, so that a review need not.
 *
 * <p>Two things are read: the compiled classes of every module, for what imports what ({@link
 * dev.banyan.quality.ArchitectureTest}), and the sources of every module, for size, names, forbidden calls and documentation
 * ({@link dev.banyan.quality.TidyTest}). The rules are data or small pure functions, each with a test that shows it failing.
 *
 * <p>Three files hold what a reader may want to change: {@code import-table.txt} says which room may import which, {@code
 * allowed.txt} lists exceptions that stay, each with its reason, and {@code ratchet.txt} lists violations that are to go: its
 * numbers may only fall.
 *
 * <p>It does not judge behaviour, and it does not look at generated code.
 */
@NullMarked
package dev.banyan.quality;

import org.jspecify.annotations.NullMarked;
