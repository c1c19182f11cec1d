/**
 * What nobody owns goes, and what grows without bound is cut.
 *
 * <p>An object whose owners are all gone is deleted, after the store itself has confirmed their absence: a cache that is behind must not
 * delete anything. Events are kept for an hour and to a number for each deployment. The store's history is compacted every five minutes
 * to what it was five minutes before, which every reader that keeps up has long passed.
 */
@NullMarked
package dev.banyan.engine.collection;

import org.jspecify.annotations.NullMarked;
