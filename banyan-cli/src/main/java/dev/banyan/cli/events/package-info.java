/**
 * What happened, as people read it.
 *
 * <p>Events are read from the cluster's objects, for one app by its label or for all, and become rows, items of JSON documents, or words
 * below a failure. The oldest come first, since the last line is the one that is looked at.
 *
 * <p>Nothing here decides from events, and reading them may fail without harm to what they would have explained.
 */
@NullMarked
package dev.banyan.cli.events;

import org.jspecify.annotations.NullMarked;
