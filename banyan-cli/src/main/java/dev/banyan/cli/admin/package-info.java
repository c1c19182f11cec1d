/**
 * The verbs of who runs a cluster: tokens and the controllers that joined by them, and decisions for the whole cluster.
 *
 * <p>{@link dev.banyan.cli.admin.AdminVerbs} hands the verbs to the program. Each asks the engine, which lets nobody but an admin do these
 * things. What cannot be undone is first told, and done when {@code --yes} says so.
 */
@NullMarked
package dev.banyan.cli.admin;

import org.jspecify.annotations.NullMarked;
