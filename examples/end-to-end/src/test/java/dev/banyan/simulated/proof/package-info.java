/**
 * What must never be in a simulated cluster, and what must be in the end.
 *
 * <p>{@link dev.banyan.simulated.proof.Invariants} looks at every revision of the store and every deed to a container, each law under the
 * id that docs/RELIABILITY.md lists it by. {@link dev.banyan.simulated.proof.Judgement} compares what truly runs with what users {@link
 * dev.banyan.simulated.proof.Wanted want}, and what the store says with both.
 */
@NullMarked
package dev.banyan.simulated.proof;

import org.jspecify.annotations.NullMarked;
