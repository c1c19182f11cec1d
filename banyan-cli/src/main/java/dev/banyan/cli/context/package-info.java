/**
 * Which cluster this user speaks to.
 *
 * <p>{@link dev.banyan.cli.context.Contexts} reads and writes {@code config.yaml} under the user's configuration directory. Each
 * context names a cluster, its endpoints and the directory of the user's credentials for it; one of them is current. Joining a cluster
 * adds a context and makes it current.
 *
 * <p><b>Guarantees.</b> A file is replaced by renaming, readable by its owner only. What is wrong in it is reported with its place,
 * all at once. <b>Caveats.</b> Two programs that write at the same moment: the last one wins.
 */
@NullMarked
package dev.banyan.cli.context;

import org.jspecify.annotations.NullMarked;
