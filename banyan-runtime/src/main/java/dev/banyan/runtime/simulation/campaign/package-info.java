/**
 * One test under many seeds, and of a failure the smallest run that shows it.
 *
 * <p>A {@link dev.banyan.runtime.simulation.campaign.Campaign} makes a {@link dev.banyan.runtime.simulation.campaign.Schedule} for each
 * seed and a {@link dev.banyan.runtime.simulation.campaign.Trial} from it: a simulation, what goes wrong in it, and counters of the
 * situations it came to. The test plays the trial and throws when something is not as it should be; {@link
 * dev.banyan.runtime.simulation.campaign.Settling} is the usual last look. The first failure is played again with ever fewer strikes, a
 * smaller world and steady latencies, written to a file, and told with its last events and how to replay it.
 *
 * <p><b>Guarantees.</b> A schedule is all that tells one run from another. A campaign that never came to a situation it must reach fails.
 * <b>Caveats.</b> A schedule fits the code it was found with: after a change the same strikes may fall elsewhere.
 */
@NullMarked
package dev.banyan.runtime.simulation.campaign;

import org.jspecify.annotations.NullMarked;
