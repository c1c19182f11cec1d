/**
 * Controllers with a mistake each, which the kit must catch, and how it is done instead, which it must pass.
 *
 * <p>{@code Samples} are controllers of the {@code Teams} domain; {@code BrokenSamplesTest} plays each under many seeds and disturbs it at
 * every place of a {@code Story}.
 */
@NullMarked
package dev.banyan.runtime.simulation.broken;

import org.jspecify.annotations.NullMarked;
