/**
 * What goes on when parts of a cluster are killed, on real processes.
 *
 * <p>Each test starts a cluster, kills some of it, and looks from outside at what users see.
 */
@NullMarked
package dev.banyan.resilience;

import org.jspecify.annotations.NullMarked;
