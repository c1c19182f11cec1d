/**
 * What the command line knows and shows of apps: how one is found by its name, its rows and documents, what happened to it, and how a
 * change of it ended.
 *
 * <p>A verb finds an app, asks this room for tables or documents of it, and prints them. Nothing here prints, waits or changes anything.
 * A document's schema has a number that rises when a reader would have to change.
 */
@NullMarked
package dev.banyan.cli.app;

import org.jspecify.annotations.NullMarked;
