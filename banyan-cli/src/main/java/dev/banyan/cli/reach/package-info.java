/**
 * The verbs that lead into containers: {@code exec}, {@code cp}, {@code port-forward}.
 *
 * <p>{@link dev.banyan.cli.reach.Target} finds the task that a person means; the cluster opens a {@link dev.banyan.cli.cluster.Passage} to
 * its container; the verb carries what the person has - keyboard and screen, files, connections - to it and back. {@link
 * dev.banyan.cli.reach.Terminal} takes the terminal of the person as it is, and gives it back as it was.
 *
 * <p><b>Guarantees.</b> What a container sends never leads out of the directory that it is copied to. A session that breaks is told, and
 * ends what ran for it. <b>Caveats.</b> A terminal's size is looked at four times a second: the JDK has no signal for it.
 */
@NullMarked
package dev.banyan.cli.reach;

import org.jspecify.annotations.NullMarked;
