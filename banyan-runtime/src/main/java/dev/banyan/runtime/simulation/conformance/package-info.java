/**
 * What every home of {@link dev.banyan.runtime.store.Store} must do, as cases that need no test framework.
 *
 * <p>A case is a sentence and a body; the body gets a {@link dev.banyan.runtime.simulation.conformance.StoreFixture} with a store and a
 * second door to the same history, and throws {@link java.lang.AssertionError} where the store breaks the contract. Whoever has a store
 * makes each of {@link dev.banyan.runtime.simulation.conformance.StoreConformance#all()} a test of its own framework, with a fresh fixture
 * for each.
 *
 * <p>The cases say what a store must do, not how fast. They wait for conditions up to a patience and never sleep.
 */
@NullMarked
package dev.banyan.runtime.simulation.conformance;

import org.jspecify.annotations.NullMarked;
