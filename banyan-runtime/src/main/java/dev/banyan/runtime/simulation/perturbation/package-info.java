/**
 * The three ways in which a controller sees less than it thinks, each tried at every place of a story, with one call each.
 *
 * <p>A {@link dev.banyan.runtime.simulation.perturbation.Scenario} is told once undisturbed, which counts the places, and then once for each
 * place: {@link dev.banyan.runtime.simulation.perturbation.CrashSweep} lets the process die around every call to its store, {@link
 * dev.banyan.runtime.simulation.perturbation.HiddenEvents} keeps each event from it until the next one, {@link
 * dev.banyan.runtime.simulation.perturbation.StaleRestarts} starts it again with a view that is some revisions old. Each run must come to
 * rest, end as the scenario wants, and have created and deleted what undisturbed runs do.
 *
 * <p><b>Guarantees.</b> Every place of the undisturbed run of a seed is tried. <b>Caveats.</b> One disturbance in each run: what needs two
 * at once is for a campaign to find. What two undisturbed runs do differently is not compared.
 */
@NullMarked
package dev.banyan.runtime.simulation.perturbation;

import org.jspecify.annotations.NullMarked;
