/**
 * What the cluster changed, and how far an agent has come with it.
 *
 * <p>Several kinds make one set of rules, and each kind's changes come by a watch of its own: that of one kind has a change while that of
 * another does not know yet that it has none up to there. {@link dev.banyan.agent.change.Changes} wakes who makes the rules, and says which
 * change is the last that the rules contain with all before it: that one is confirmed to the cluster.
 */
@NullMarked
package dev.banyan.agent.change;

import org.jspecify.annotations.NullMarked;
